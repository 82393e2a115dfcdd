// Draws the wheel and turns it to what the server has decided; without it the button leads to the same result.
(() => {
  "use strict";
  const place = document.querySelector("[data-wheel]");
  const form = document.querySelector("form[action$='/begin']");
  if (!place || !form) return;
  const SVG = "http://www.w3.org/2000/svg";
  const prizes = [...place.querySelectorAll("li")].map((item) => item.textContent);
  const sectors = prizes.flatMap((title, number) => [{ title, rank: number + 1 }, { title: place.dataset.nothing, rank: 0 }]);
  const turn = 360 / sectors.length;
  const make = (name, attributes, parent) => {
    const made = document.createElementNS(SVG, name);
    Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
    return parent.appendChild(made);
  };
  const point = (angle, radius) => {
    const bow = ((angle - 90) * Math.PI) / 180;
    return `${(radius * Math.cos(bow)).toFixed(2)} ${(radius * Math.sin(bow)).toFixed(2)}`;
  };
  const picture = make("svg", { viewBox: "-104 -104 208 208", "aria-hidden": "true" }, place);
  const disc = make("g", { class: "game-disc" }, picture);
  sectors.forEach((sector, number) => {
    const [from, to] = [number * turn - turn / 2, number * turn + turn / 2];
    const path = `M0 0L${point(from, 100)}A100 100 0 ${turn > 180 ? 1 : 0} 1 ${point(to, 100)}Z`;
    make("path", { d: path, class: sector.rank ? "game-sector game-sector--prize" : "game-sector" }, disc);
    const words = make("text", { x: 0, y: -62, transform: `rotate(${number * turn})`, class: sector.rank ? "game-word game-word--prize" : "game-word" }, disc);
    words.textContent = sector.title.length > 7 ? `${sector.title.slice(0, 6)}…` : sector.title;
  });
  make("path", { d: "M-9 -104L9 -104L0 -84Z", class: "game-pointer" }, picture);
  place.hidden = false;

  const stopAt = (rank) => {
    const fitting = sectors.map((sector, number) => number).filter((number) => sectors[number].rank === rank);
    return 5 * 360 - fitting[Math.floor(Math.random() * fitting.length)] * turn;
  };
  const lasts = matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 3200;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (form.dataset.sent) return;
    form.dataset.sent = "1";
    form.querySelector("button").setAttribute("aria-busy", "true");
    document.querySelector("[data-said]").textContent = place.dataset.turning;
    try {
      const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const result = page.querySelector("[data-result]");
      if (result) disc.style.transform = `rotate(${stopAt(Number(result.dataset.result))}deg)`;
      setTimeout(() => location.assign(result ? answer.url : location.href), result ? lasts + 300 : 0);
    } catch { location.reload(); }
  });
})();
