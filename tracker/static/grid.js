/* Faster hands in the step grid and in dose boxes. It never puts a dose anywhere by itself: a
   fraction is added only by its own button, and nothing is copied, filled or stepped.

   Enter: the same column one row on; after the last row, the top of the next dose column; after
     the last column, whatever follows the grid. The up and down arrows: the same column.
   ½ ¼ ¾ beside count boxes: a tap, or the right arrow from the end of the number and then Enter.
   Several cells pasted at once go to the box named by the form's data-paste="<id>" to be read row
     by row; without one the paste is refused, since one box cannot hold several answers.
   A date box echoes what it reads; the server reads it again and has the last word. */
"use strict";

(() => {
  /* Each sentence in the page's two languages. */
  const say = (english, spanish) => (document.documentElement.lang === "es" ? spanish : english);

  const FRACTIONS = [
    ["½", say("one half", "un medio")],
    ["¼", say("one quarter", "un cuarto")],
    ["¾", say("three quarters", "tres cuartos")],
  ];

  /* Moving ----------------------------------------------------------------------------------- */

  const go = (input) => {
    if (!input) return false;
    input.focus();
    input.select();
    return true;
  };

  const inColumn = (grid, column) => [
    ...grid.querySelectorAll(`[data-column="${CSS.escape(column)}"]`),
  ];

  /* As the columns stand: a medicine that joins at a later step has no box in the rows above. */
  const nextColumnTop = (grid, column) => {
    const places = new Map();
    for (const box of grid.querySelectorAll("[data-dose][data-column]")) {
      places.set(box.dataset.column, box.closest("td").cellIndex);
    }
    const order = [...places.keys()].sort((one, other) => places.get(one) - places.get(other));
    const next = order[order.indexOf(column) + 1];
    return next ? inColumn(grid, next)[0] : null;
  };

  const afterGrid = (grid) => {
    const reachable = 
      "input:not([type=hidden]), select, textarea, button:not([tabindex]), a[href]";
    return [...document.querySelectorAll(reachable)].find(
      (element) =>
        grid.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING &&
        !grid.contains(element) &&
        element.offsetParent !== null,
    );
  };

  const onEnter = (grid, input) => {
    const column = inColumn(grid, input.dataset.column);
    const below = column[column.indexOf(input) + 1];
    if (go(below)) return;
    if (input.dataset.dose && go(nextColumnTop(grid, input.dataset.column))) return;
    const after = afterGrid(grid);
    if (after) after.focus();
  };

  const onArrow = (grid, input, by) => {
    const column = inColumn(grid, input.dataset.column);
    go(column[column.indexOf(input) + by]);
  };

  document.addEventListener("keydown", (event) => {
    const input = event.target;
    if (!input.matches || !input.matches("[data-grid] [data-column]")) return;
    if (event.altKey || event.ctrlKey || event.metaKey || event.isComposing) return;
    const grid = input.closest("[data-grid]");
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      onEnter(grid, input);
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      onArrow(grid, input, event.key === "ArrowDown" ? 1 : -1);
    }
  });

  /* Fractions -------------------------------------------------------------------------------- */

  const insert = (input, sign) => {
    if (!/[½¼¾]/.test(input.value)) {
      const end = input.value.length;
      input.setRangeText(sign, end, end, "end");
      input.dispatchEvent(new Event("input", { bubbles: true }));
    }
    input.focus();
  };

  const offerFractions = (input) => {
    const group = document.createElement("span");
    group.className = "fractions";
    const name = input.getAttribute("aria-label") || (input.labels[0] || {}).textContent || "";
    const buttons = FRACTIONS.map(([sign, words]) => {
      const button = document.createElement("button");
      button.type = "button";
      button.tabIndex = -1;
      button.textContent = sign;
      button.setAttribute("aria-label", say(`Add ${words} to ${name}`, `Agregar ${words} a ${name}`));
      button.addEventListener("click", () => insert(input, sign));
      group.append(button);
      return button;
    });
    input.after(group);
    input.addEventListener("keydown", (event) => {
      const atEnd =
        input.selectionStart === input.value.length && input.selectionEnd === input.value.length;
      if (event.key !== "ArrowRight" || !atEnd || event.shiftKey) return;
      event.preventDefault();
      buttons[0].focus();
    });
    group.addEventListener("keydown", (event) => {
      const at = buttons.indexOf(event.target);
      const to = { ArrowRight: buttons[at + 1], ArrowLeft: buttons[at - 1] || input, Escape: input };
      if (!(event.key in to)) return;
      event.preventDefault();
      if (to[event.key]) to[event.key].focus();
    });
  };

  /* Nothing but typing changes a dose -------------------------------------------------------- */

  const isDose = (element) => element && element.matches && element.matches("[data-dose]");

  for (const kind of ["drop", "dragover"]) {
    document.addEventListener(kind, (event) => {
      if (isDose(event.target)) event.preventDefault();
    });
  }
  document.addEventListener("dragstart", (event) => {
    if (isDose(event.target)) event.preventDefault();
  });

  /* The words beside a dose are the server's reading of what was there before. */
  document.addEventListener("input", (event) => {
    if (!isDose(event.target)) return;
    const words = document.getElementById(`${event.target.id}-words`);
    if (words) words.textContent = "";
  });

  document.addEventListener("paste", (event) => {
    if (!isDose(event.target)) return;
    const text = event.clipboardData.getData("text/plain").replace(/[\r\n]+$/, "");
    if (!/[\t\r\n]/.test(text)) return;
    event.preventDefault();
    const form = event.target.form;
    const box = form && form.dataset.paste ? document.getElementById(form.dataset.paste) : null;
    if (!box) return;
    const closed = box.closest("details");
    if (closed) closed.open = true;
    box.value = text;
    box.dispatchEvent(new Event("input", { bubbles: true }));
    box.focus();
  });

  /* Dates ------------------------------------------------------------------------------------ */

  const MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
  ];
  const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
  const MESES = [
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
  ];
  const DIAS = ["dom", "lun", "mar", "mié", "jue", "vie", "sáb"];

  const real = (year, month, day) => {
    const made = new Date(Date.UTC(year, month - 1, day));
    return made.getUTCMonth() === month - 1 && made.getUTCDate() === day ? made : null;
  };

  const monthIn = (names, word) =>
    names.findIndex((name) => {
      const month = name.toLowerCase();
      return word === month || word === month.slice(0, 3);
    }) + 1;
  const monthOf = (word) =>
    ["sept", "set", "setiembre"].includes(word) ? 9 : monthIn(MONTHS, word) || monthIn(MESES, word);
  const later = (date, days) => date && new Date(date.getTime() + days * 86400000);

  /* Without a year: the next such day on or after the clinic's today, as the server reads it. */
  const named = (word, day, year, today) => {
    const month = monthOf(word);
    if (!month) return null;
    if (year) return real(Number(year), month, Number(day));
    if (!today) return null;
    const soon = real(today.getUTCFullYear(), month, Number(day));
    return soon && soon >= today ? soon : real(today.getUTCFullYear() + 1, month, Number(day));
  };

  const read = (text, today) => {
    const plain = text.normalize("NFD").replace(/\p{M}/gu, "");
    const typed = plain.toLowerCase().replace(/[,.]| del? /g, " ").replace(/\s+/g, " ").trim();
    const near = {
      yesterday: -1,
      today: 0,
      tomorrow: 1,
      ayer: -1,
      hoy: 0,
      manana: 1,
      "pasado manana": 2,
    }[typed];
    if (near !== undefined) return later(today, near);
    let found = typed.match(/^\+(\d{1,3})$/);
    if (found) return later(today, Number(found[1]));
    found = typed.match(/^(\d{4})-(\d{1,2})-(\d{1,2})$/);
    if (found) return real(Number(found[1]), Number(found[2]), Number(found[3]));
    found = typed.match(/^(\d{1,2})\/(\d{1,2})\/(\d{4})$/);
    if (found) return real(Number(found[3]), Number(found[1]), Number(found[2]));
    found = typed.match(/^([a-z]{3,}) (\d{1,2})(?: (\d{4}))?$/);
    if (found) return named(found[1], found[2], found[3], today);
    found = typed.match(/^(\d{1,2}) ([a-z]{3,})(?: (\d{4}))?$/);
    return found ? named(found[2], found[1], found[3], today) : null;
  };

  const shown = (date) => {
    if (say("en", "es") === "es") {
      const month = MESES[date.getUTCMonth()].slice(0, 3);
      return `${DIAS[date.getUTCDay()]} ${date.getUTCDate()} ${month} ${date.getUTCFullYear()}`;
    }
    const word = MONTHS[date.getUTCMonth()].slice(0, 3);
    return `${DAYS[date.getUTCDay()]} ${word} ${date.getUTCDate()}, ${date.getUTCFullYear()}`;
  };

  const clinicDay = document.body.dataset.today ? read(document.body.dataset.today, null) : null;

  document.addEventListener("input", (event) => {
    if (!event.target.matches("[data-date]")) return;
    const echo = document.getElementById(`${event.target.id}-echo`);
    const today = event.target.dataset.date === "year" ? null : clinicDay;
    const date = read(event.target.value, today);
    if (echo) echo.textContent = date ? shown(date) : "";
  });

  /* ------------------------------------------------------------------------------------------ */

  document.querySelectorAll("[data-dose=count]").forEach(offerFractions);
  if (document.querySelector("[data-dose=count]")) {
    for (const help of document.querySelectorAll("[data-grid-fractions]")) {
      help.textContent = help.dataset.gridFractions;
    }
  }
})();
