/* The Today list: arrow keys between its rows, and word of what was recorded since it was made.

   Up and down: from one row's first button to the next row's, inside the list only.
   [data-changes] is an address that answers {"changes": 3, "most": 100}. Asking it keeps no session
   alive, and the list itself never changes under the cursor: the person presses Refresh. */
"use strict";

(() => {
  /* Each sentence in the page's two languages. */
  const say = (english, spanish) => (document.documentElement.lang === "es" ? spanish : english);

  const rows = [...document.querySelectorAll("[data-row]")];

  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const row = event.target.closest("[data-worklist] tbody tr");
    if (!row) return;
    const here = rows.indexOf(row.querySelector("[data-row]"));
    const next = rows[here + (event.key === "ArrowDown" ? 1 : -1)];
    if (!next) return;
    event.preventDefault();
    next.focus();
  });

  const line = document.querySelector("[data-changes]");
  if (!line) return;
  const asOf = line.textContent.replace(/\.$/, "");

  const ask = () => {
    if (document.hidden) return;
    fetch(line.dataset.changes, {
      headers: { Accept: "application/json", "X-Requested-By": "script" },
      credentials: "same-origin",
    })
      .then((response) => (response.ok ? response.json() : null))
      .then((told) => {
        if (!told || !told.changes) return;
        const count = told.changes >= told.most ? say(`${told.most} or more`, `${told.most} o más`) : told.changes;
        const words =
          told.changes === 1
            ? say(`${asOf}, ${count} change since.`, `${asOf}, ${count} cambio desde entonces.`)
            : say(`${asOf}, ${count} changes since.`, `${asOf}, ${count} cambios desde entonces.`);
        if (line.textContent !== words) line.textContent = words;
        line.classList.add("changed");
      })
      .catch(() => {});
  };
  setInterval(ask, 60000);
  document.addEventListener("visibilitychange", ask);
})();
