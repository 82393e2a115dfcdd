// Turns cards over without leaving the page; the board and what is said of it come from the server, as they do without this.
(() => {
  "use strict";
  const board = document.querySelector("[data-board]");
  if (!board) return;
  const columns = 4;
  let isAsking = false;
  const card = (place) => board.querySelector(`button[value="${place}"]`);
  const take = (page, place) => {
    ["score", "board"].forEach((name) => {
      document.querySelector(`[data-${name}]`).innerHTML = page.querySelector(`[data-${name}]`).innerHTML;
    });
    document.querySelector("[data-said]").textContent = page.querySelector("[data-said]").textContent.trim();
    card(place).focus();
  };
  board.addEventListener("submit", async (event) => {
    const button = event.submitter;
    if (!button) return;
    event.preventDefault();
    if (isAsking || button.getAttribute("aria-disabled")) return;
    isAsking = true;
    try {
      const sent = new FormData(event.target);
      sent.append("card", button.value);
      const answer = await fetch(event.target.action, { method: "POST", body: new URLSearchParams(sent) });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (answer.ok && page.querySelector("[data-board]")) take(page, button.value);
      else location.assign(answer.url);
    } catch { location.reload(); } finally { isAsking = false; }
  });
  board.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }[event.key];
    const next = by && event.target.name === "card" && card(Number(event.target.value) + by);
    if (next) { event.preventDefault(); next.focus(); }
  });
})();
