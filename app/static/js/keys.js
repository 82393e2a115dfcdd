// A list of cases by keyboard: j and k go from row to row, Enter opens, x chooses, / searches, ? tells all this.
(() => {
  "use strict";
  const help = document.querySelector("[data-keys]");
  const rows = [...document.querySelectorAll("[data-key-row]")];
  const here = () => rows.findIndex((row) => row.contains(document.activeElement));
  const go = (step) => {
    const from = here();
    const next = from < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(Math.max(from + step, 0), rows.length - 1);
    if (rows[next]) rows[next].querySelector("a[href]").focus();
  };
  const choose = () => {
    const row = rows[here()];
    if (row) row.querySelector("input[type=checkbox]").click();
  };
  const keys = {
    j: () => go(1),
    k: () => go(-1),
    x: choose,
    "/": () => document.querySelector("input[type=search]").focus(),
    "?": () => help.showModal(),
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || help.open) return;
    if (event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]")) return;
    const act = keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
})();
