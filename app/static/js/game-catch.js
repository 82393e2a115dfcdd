// Things fall and a basket catches them, in whole ticks as kinds/game/catching.py reckons; the server reckons the points again.
(() => {
  "use strict";
  const place = document.querySelector("[data-catch]");
  if (!place) return;
  const number = (name) => Number(place.dataset[name]);
  const [lanes, step, ticks, tickMs, first, apart] = ["lanes", "step", "ticks", "tickMs", "first", "apart"].map(number);
  const kinds = place.dataset.kinds.split(" ");
  const worth = Object.fromEntries(place.dataset.worth.split(" ").map((pair) => pair.split(":")));
  const find = (name) => place.querySelector(`[data-${name}]`);
  const [field, basket, start, score, left, said] = ["field", "basket", "start", "score", "left", "said"].map(find);
  const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const seconds = () => Math.ceil(((ticks - Math.max(done, 0)) * tickMs) / 1000);

  const things = [];
  let state = number("seed");
  for (let tick = first; tick < ticks; tick += apart) {
    state = (state ^ (state << 13)) >>> 0;
    state = (state ^ (state >>> 17)) >>> 0;
    state = (state ^ (state << 5)) >>> 0;
    things.push({ tick, lane: state % lanes, kind: kinds[(state >>> 8) % kinds.length] });
  }

  let lane = number("middle"), target = lane, points = 0, done = -1, moved = -step, log = "", began = 0, isOver = false;
  const stand = (element, column, row) => {
    element.style.left = `${(column * 100) / lanes}%`;
    element.style.top = `${row}%`;
  };
  const show = (moment) => {
    things.forEach((thing) => {
      const fallen = (moment - thing.tick + first) / first;
      if (fallen >= 0 && fallen < 1 && !thing.shown) {
        thing.shown = field.querySelector(`template[data-kind=${thing.kind}]`).content.firstElementChild.cloneNode(true);
        field.append(thing.shown);
      }
      if (thing.shown && fallen >= 1) thing.shown.remove();
      else if (thing.shown) stand(thing.shown, thing.lane, 86 * (isCalm ? Math.floor(fallen * 8) / 8 : fallen));
    });
    stand(basket, lane, 86);
    score.textContent = Math.max(0, points);
    left.textContent = seconds();
  };
  const play = (tick) => {
    if (target !== lane && tick - moved >= step) {
      const isLeft = target < lane;
      lane += isLeft ? -1 : 1;
      log += tick + (isLeft ? "L" : "R");
      moved = tick;
    }
    things.filter((thing) => thing.tick === tick && thing.lane === lane).forEach((thing) => { points += Number(worth[thing.kind]); });
  };
  const end = () => {
    isOver = true;
    said.textContent = place.dataset.over.replace("{points}", Math.max(0, points));
    const form = place.querySelector("form");
    form.elements.moves.value = log;
    setTimeout(() => form.requestSubmit(), 1000); // the server's clock must see the whole play go by
  };
  const run = (moment) => {
    const now = (moment - began) / tickMs;
    while (done < Math.min(Math.floor(now), ticks - 1)) { done += 1; play(done); }
    show(now);
    if (now < ticks) requestAnimationFrame(run); else end();
  };
  const go = (side) => { if (began && !isOver) target = Math.max(0, Math.min(lanes - 1, target + (side === "L" ? -1 : 1))); };

  start.addEventListener("click", () => {
    start.remove();
    said.textContent = "";
    field.focus();
    began = performance.now();
    requestAnimationFrame(run);
  });
  place.querySelectorAll("[data-go]").forEach((button) => button.addEventListener("click", () => go(button.dataset.go)));
  addEventListener("keydown", (event) => {
    const side = { ArrowLeft: "L", ArrowRight: "R" }[event.key];
    if (side && began) { event.preventDefault(); go(side); }
  });
  field.addEventListener("pointerdown", (event) => {
    const { left: from, width } = field.getBoundingClientRect();
    if (began && !isOver) target = Math.max(0, Math.min(lanes - 1, Math.floor(((event.clientX - from) / width) * lanes)));
  });
  place.hidden = false;
  show(-first);
})();
