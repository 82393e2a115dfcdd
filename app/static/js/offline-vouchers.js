// The shop's page without network: its list, and what was taken, are kept on this phone until they are handed in.
(() => {
  "use strict";
  const place = document.querySelector("[data-offline]");
  if (!place || !("serviceWorker" in navigator) || !("caches" in window) || !crypto.subtle) return;
  const HOUR = 3_600_000;
  const find = (name) => place.querySelector(`[data-offline-${name}]`);
  const look = find("look");
  const confirm = find("confirm");
  const key = `offline-vouchers:${place.dataset.shop}`;
  const random = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const read = () => JSON.parse(localStorage.getItem(key) || '{"uses":[]}');
  const keep = (kept) => localStorage.setItem(key, JSON.stringify(kept));
  const nonce = () => {
    const known = localStorage.getItem("offline-vouchers") || random();
    localStorage.setItem("offline-vouchers", known);
    return known;
  };
  const words = (name, facts = {}) =>
    Object.entries(facts).reduce((text, [fact, value]) => text.replace(`{${fact}}`, value), place.dataset[`say${name}`]);
  const moment = (at) => new Date(at).toLocaleString(document.documentElement.lang, { timeZone: "Asia/Shanghai", dateStyle: "short", timeStyle: "short" });
  const waiting = (kept) => kept.uses.filter((use) => use.state === "waiting");
  let chosen = null;

  const say = (text, isGood = false) => {
    const said = find("said");
    said.textContent = text;
    said.hidden = !text;
    said.className = `alert alert-${isGood ? "success" : "danger"}`;
    if (text) said.scrollIntoView({ block: "nearest" });
  };

  const here = (kept) => Date.now() + (kept.offset || 0); // the house's clock, as far as this phone knows it

  const show = () => {
    const kept = read();
    const facts = kept.list && { number: kept.vouchers, of: kept.of, until: moment(kept.until) };
    const isGood = facts && here(kept) < kept.until;
    find("state").textContent = !facts ? words("NoList") : words(isGood ? "Good" : "Over", facts);
    find("counter").hidden = !isGood;
    look.hidden = Boolean(chosen);
    confirm.hidden = !chosen;
    find("uses").hidden = !kept.uses.length;
    find("hand-in").hidden = !waiting(kept).length;
    find("rows").replaceChildren(...kept.uses.toReversed().map((use) => {
      const row = document.createElement("tr");
      const state = { waiting: words("Waiting"), redeemed: words("Redeemed"), conflict: use.why }[use.state];
      [moment(use.at), use.title, state].forEach((text) => row.insertCell().append(text));
      row.dataset.use = use.state;
      return row;
    }));
  };

  const token = async () => { // the page's own may be of an earlier session
    const answer = await fetch(location.href, { cache: "no-store" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    return page.querySelector("[data-offline] [name=csrf_token]")?.value;
  };

  const send = async (path, facts) => { // what the house answers, or null where it was not reached or refused
    try {
      const csrf = await token();
      if (!csrf) return say(words("SignIn")), null;
      const answer = await fetch(path, { method: "POST", body: new URLSearchParams({ csrf_token: csrf, ...facts }) });
      if (!/json/.test(answer.headers.get("Content-Type"))) return say(words("SignIn")), null;
      const told = await answer.json();
      if (!answer.ok) return say(told.error), null;
      return told;
    } catch {
      return say(words("NoNetwork")), null;
    }
  };

  const keepPage = async () => {
    const parts = document.querySelectorAll("script[src], link[rel=stylesheet], link[rel=icon], img[src], use[href]");
    const paths = [...parts].map((part) => (part.src || part.getAttribute("href")).split("#")[0]).filter((path) => !path.startsWith("data:"));
    const cache = await caches.open("offline-vouchers");
    await Promise.all([...new Set([location.href, ...paths])].map((path) => cache.add(path).catch(() => {})));
  };

  const takeAlong = async () => {
    if (waiting(read()).length) return say(words("HandInFirst"));
    const uuid = crypto.randomUUID();
    const told = await send(place.dataset.take, { list: uuid, shop: place.dataset.shop, nonce: nonce() });
    if (!told) return;
    if (waiting(read()).length) return say(words("HandInFirst")); // taken by the list before, while the answer was under way
    try {
      keep({ ...told, offset: told.now - Date.now(), uses: [] });
    } catch {
      return say(words("Full"));
    }
    await keepPage();
    say("");
    show();
  };

  const handIn = async () => {
    for (let first = waiting(read()); first.length; first = waiting(read())) {
      const uses = first.slice(0, Number(place.dataset.atOnce)).map(({ key, code, at, purchase }) => ({ key, code, at, purchase }));
      const told = await send(place.dataset.handIn, { list: read().list, nonce: nonce(), uses: JSON.stringify(uses) });
      if (!told) return show();
      const kept = read();
      const became = new Map(told.uses.map((use) => [use.key, use]));
      kept.uses = kept.uses.map((use) => {
        const answer = became.get(use.key);
        return answer ? { ...use, state: answer.is_redeemed ? "redeemed" : "conflict", why: answer.why } : use;
      });
      keep(kept);
    }
    say("");
    show();
  };

  const shownCode = (text) => { // the serial and the word, from the picture's link or as typed
    const plain = text.normalize("NFKC");
    const scanned = /([0-9A-Z]{10})\.\d{1,12}\.[0-9a-f]{32}\.([0-9A-Z]{10})/.exec(plain);
    const typed = /^([0-9A-Z]{10})\.?([0-9A-Z]{10})$/.exec(plain.replace(/[\s-]/g, "").toUpperCase());
    return scanned || typed;
  };

  const hash = async (text) => {
    const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
    return [...bytes.slice(0, 8)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  };

  const listed = async (kept, serial, word) => {
    const hour = Math.floor(here(kept) / HOUR);
    for (const each of [hour, hour - 1]) {
      const found = kept.hashes[await hash(`${kept.salt}|${serial}|${each}|${word}`)];
      if (found) return found;
    }
    return null;
  };

  look.addEventListener("submit", async (event) => {
    event.preventDefault();
    const kept = read();
    const shown = shownCode(look.elements.code.value);
    if (!shown) return say(words("Unreadable"));
    const [, serial, word] = shown;
    const before = kept.uses.find((use) => use.code.startsWith(serial));
    if (before) return say(words("Taken", { at: moment(before.at) }));
    const found = await listed(kept, serial, word);
    if (!found) return say(words("NotListed"));
    const [batch, isOnlyHere] = [kept.batches[found[0]], found[1]];
    chosen = { code: `${serial}.${word}`, batch };
    find("title").textContent = batch.title;
    find("worth").textContent = batch.worth;
    find("terms").textContent = batch.terms;
    find("elsewhere").hidden = isOnlyHere;
    find("purchase").hidden = !batch.asks_purchase;
    confirm.elements.purchase.value = "";
    say("");
    show();
  });

  confirm.addEventListener("submit", (event) => {
    event.preventDefault();
    const kept = read();
    const { code, batch } = chosen;
    const purchase = batch.asks_purchase ? confirm.elements.purchase.value.normalize("NFKC").replace(/[\s,¥]/g, "") : null;
    if (batch.asks_purchase && !/^\d{1,7}(\.\d{1,2})?$/.test(purchase)) return say(words("Purchase"));
    if (batch.asks_purchase && Math.round(purchase * 100) < batch.threshold) return say(words("TooSmall", { from: batch.from }));
    kept.uses.push({ key: random(), code, at: here(kept), purchase, title: batch.title, state: "waiting" });
    try {
      keep(kept); // before anything is handed out for it
    } catch {
      return say(words("Full"));
    }
    chosen = null;
    look.reset();
    say(words("Took"), true);
    show();
    if (navigator.onLine) handIn();
  });

  find("cancel").addEventListener("click", () => {
    chosen = null;
    show();
  });
  find("take").addEventListener("click", takeAlong);
  find("hand-in").addEventListener("click", handIn);
  addEventListener("online", handIn);
  navigator.serviceWorker.register(place.dataset.worker);
  document.querySelector("[data-offline-none]").hidden = true;
  place.hidden = false;
  show();
  if (navigator.onLine) keepPage().then(handIn);
})();
