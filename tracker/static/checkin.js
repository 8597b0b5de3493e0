/* A check-in's small manners: buttons for fingers beside a box from 0 to 10, the total of a scale
   once each item is answered, and the longer scale that opens when the shorter one is positive.
   The form works without it; what is saved is scored on the server. */
"use strict";

(() => {
  const form = document.querySelector("form.checkin");
  if (!form) return;

  const changed = (input) => input.dispatchEvent(new Event("input", { bubbles: true }));

  for (const box of form.querySelectorAll("input[data-strip]")) {
    const strip = document.createElement("div");
    strip.className = "strip";
    const label = form.querySelector(`label[for="${CSS.escape(box.id)}"]`);
    strip.setAttribute("role", "group");
    strip.setAttribute("aria-label", label ? label.textContent : "");
    for (let number = 0; number <= Number(box.dataset.strip); number += 1) {
      const button = document.createElement("button");
      button.type = "button";
      button.tabIndex = -1;
      button.textContent = String(number);
      button.setAttribute("aria-pressed", "false");
      button.addEventListener("click", () => {
        box.value = button.textContent;
        changed(box);
      });
      strip.append(button);
    }
    const show = () => {
      for (const button of strip.children) {
        button.setAttribute("aria-pressed", String(button.textContent === box.value.trim()));
      }
    };
    box.addEventListener("input", show);
    show();
    box.after(strip);
  }

  /* The numbers given to an instrument's items; null for one that is open. */
  const numbersOf = (part) => {
    const names = new Set();
    for (const input of part.querySelectorAll("input[data-item]")) names.add(input.name);
    return [...names].map((name) => {
      const field = form.elements.namedItem(name);
      const value = field ? field.value.trim() : "";
      return /^\d+$/.test(value) ? Number(value) : null;
    });
  };

  const partOf = (id) => form.querySelector(`.instrument[data-instrument="${id}"]`);

  const tell = () => {
    for (const part of form.querySelectorAll(".instrument[data-method]")) {
      const before = part.dataset.continues ? partOf(part.dataset.continues) : null;
      const numbers = [...(before ? numbersOf(before) : []), ...numbersOf(part)];
      const whole = numbers.length > 0 && numbers.every((number) => number !== null);
      const sum = numbers.reduce((all, number) => all + (number || 0), 0);
      const echo = part.querySelector("[data-total]");
      const mean = Math.floor((20 * sum + numbers.length) / (2 * numbers.length)) / 10;
      if (echo) echo.textContent = whole ? String(part.dataset.method === "mean" ? mean : sum) : "";
      if (part.dataset.cut && whole && sum >= Number(part.dataset.cut)) {
        const next = form.querySelector(`details[data-continues="${part.dataset.instrument}"]`);
        if (next && !next.dataset.offered) next.open = true;
        if (next) next.dataset.offered = "yes";
      }
    }
  };

  form.addEventListener("input", tell);
  form.addEventListener("change", tell);
  tell();
})();
