/* Small manners of every page: where the focus goes first, and menus that close.
   The page works without it. */
"use strict";

(() => {
  /* `autofocus` on the list of problems is enough, but not where the address has a #part. */
  window.addEventListener("load", () => {
    const problems = document.getElementById("problems");
    if (problems && !problems.contains(document.activeElement)) problems.focus();
  });

  /* A menu closes on Escape, giving the focus back, and when something else is used. */
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = event.target.closest && event.target.closest("details.menu[open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  for (const kind of ["pointerdown", "focusin"]) {
    document.addEventListener(kind, (event) => {
      for (const menu of document.querySelectorAll("details.menu[open]")) {
        if (!menu.contains(event.target)) menu.open = false;
      }
    });
  }
})();
