/* Helps while a product is typed: the catalogue's choices that fit the typed words, as a list under
   the box (the combobox pattern: the list never chooses by itself). The words are matched as the
   server matches them; without this script the Find button does the same.

   Down and up arrow: through the list. Enter: choose what is marked, or the only one there is.
   Escape: close the list. A choice fills the name and the hidden id; it never touches a dose. */
"use strict";

(() => {
  /* Each sentence in the page's two languages. */
  const say = (english, spanish) => (document.documentElement.lang === "es" ? spanish : english);

  const SHOWN = 12;

  const wordsIn = (text) =>
    text.normalize("NFKD").toLowerCase().replace(/\p{M}/gu, "").match(/\d+(?:\.\d+)*|\p{L}+|%/gu) ||
    [];

  const fitting = (products, typed) => {
    const words = wordsIn(typed);
    if (!words.length) return [];
    const begun = (product, word) => product.search.some((known) => known.startsWith(word));
    const missed = (product) => words.filter((word) => !product.search.includes(word)).length;
    return products
      .filter((product) => words.every((word) => begun(product, word)))
      .map((product, place) => [missed(product), place, product])
      .sort((a, b) => a[0] - b[0] || a[1] - b[1])
      .map((entry) => entry[2]);
  };

  let asked = null;
  const catalogue = (address) => {
    asked =
      asked ||
      fetch(address, {
        headers: { Accept: "application/json", "X-Requested-By": "script" },
        credentials: "same-origin",
      })
        .then((response) => (response.ok ? response.json() : { products: [] }))
        .then((answer) => answer.products)
        .catch(() => []);
    return asked;
  };

  const help = (field, products) => {
    const input = field.querySelector("input[type=text]");
    const line = field.closest(".regimen-line");
    const found = field.querySelector("[data-found]");
    const matched = field.querySelector("[data-matched]");
    const base = input.name.replace(/product$/, "");
    let shown = [];
    let marked = -1;

    const list = document.createElement("ul");
    list.className = "regimen-list";
    list.id = `${input.id}-list`;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", say("Products", "Productos"));
    list.hidden = true;
    input.closest(".beside").after(list);
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-expanded", "false");
    input.setAttribute("aria-controls", list.id);
    const button = field.querySelector("[data-find]");
    if (button) button.hidden = true;

    const close = () => {
      list.hidden = true;
      marked = -1;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    };

    const mark = (to) => {
      marked = to;
      [...list.children].forEach((option, place) => {
        option.setAttribute("aria-selected", String(place === to));
        if (place === to) option.scrollIntoView({ block: "nearest" });
      });
      if (to < 0) input.removeAttribute("aria-activedescendant");
      else input.setAttribute("aria-activedescendant", list.children[to].id);
    };

    const units = (product) => {
      for (const unit of line.querySelectorAll("[data-unit]")) {
        unit.textContent = product ? product.unit : "";
      }
      line.toggleAttribute("data-whole", Boolean(product) && !product.fractions);
    };

    /* The server may have asked by a list of its own: what is chosen here takes its place. */
    const chosenField = () => {
      let chosen = field.querySelector("[data-chosen]");
      if (chosen) return chosen;
      const offered = line.querySelector("[data-options]");
      if (offered) offered.remove();
      chosen = document.createElement("input");
      chosen.type = "hidden";
      chosen.name = `${base}chosen`;
      chosen.dataset.chosen = "";
      matched.after(chosen);
      return chosen;
    };

    const choose = (product) => {
      const free = line.querySelector(`[name="${base}free"]`);
      if (free) free.checked = false;
      input.value = product.words;
      matched.value = product.words;
      chosenField().value = product.id;
      units(product);
      found.textContent = say(`Chosen: ${product.shown}`, `Elegido: ${product.shown}`);
      close();
    };

    const offer = () => {
      const all = fitting(products, input.value);
      shown = all.slice(0, SHOWN);
      list.replaceChildren(
        ...shown.map((product, place) => {
          const option = document.createElement("li");
          option.id = `${list.id}-${place}`;
          option.setAttribute("role", "option");
          option.setAttribute("aria-selected", "false");
          option.textContent = product.shown;
          return option;
        }),
      );
      marked = -1;
      input.removeAttribute("aria-activedescendant");
      list.hidden = shown.length === 0;
      input.setAttribute("aria-expanded", String(shown.length > 0));
      if (!input.value.trim()) found.textContent = "";
      else if (!all.length) found.textContent = say("Nothing in the catalogue matches.", "Nada en el catálogo coincide.");
      else if (all.length > SHOWN) found.textContent = say(
          `${all.length} match. Type more words of it.`,
          `Coinciden ${all.length}. Escriba más palabras.`,
        );
      else found.textContent =
          all.length === 1
            ? say("1 matches.", "Coincide 1.")
            : say(`${all.length} match.`, `Coinciden ${all.length}.`);
    };

    input.addEventListener("input", () => {
      matched.value = "";
      units(null);
      offer();
    });

    input.addEventListener("keydown", (event) => {
      if (event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return;
      const open = !list.hidden;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        if (!open) offer();
        if (!shown.length) return;
        const from = event.key === "ArrowDown" ? marked + 1 : marked < 0 ? shown.length - 1 : marked - 1;
        mark((from + shown.length) % shown.length);
      } else if (event.key === "Enter" && open) {
        event.preventDefault();
        const product = marked >= 0 ? shown[marked] : shown.length === 1 ? shown[0] : null;
        if (product) choose(product);
        else found.textContent = say(
            `${shown.length} are listed. Go to one with the down arrow.`,
            `Hay ${shown.length} en la lista. Vaya a uno con la flecha hacia abajo.`,
          );
      } else if (event.key === "Escape" && open) {
        event.preventDefault();
        close();
      }
    });

    input.addEventListener("blur", close);
    list.addEventListener("mousedown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => {
      const option = event.target.closest("li");
      if (option) choose(shown[[...list.children].indexOf(option)]);
    });

    if (document.activeElement === input && input.value && matched.value !== input.value) offer();
  };

  document.querySelectorAll("[data-product]").forEach((field) => {
    catalogue(field.dataset.list).then((products) => {
      if (products.length) help(field, products);
    });
  });
})();
