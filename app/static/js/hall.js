// Comfort for member and staff pages; everything works without it.
(() => {
  "use strict";
  const root = document.documentElement;
  const self = document.currentScript;
  root.classList.add("js");

  // htmx is fetched only where a page asks for it, and only once the page is complete: before that it would wait for
  // a DOMContentLoaded that has already passed
  addEventListener("load", () => {
    if (!self.dataset.htmx || !document.querySelector("[hx-get],[hx-post],[hx-trigger],[hx-boost]")) return;
    const script = document.createElement("script");
    script.src = self.dataset.htmx;
    document.head.append(script);
  });

  // a form is sent once, however often the button is tapped
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    delete form.dataset.unsent;
    form.querySelectorAll("button[type=submit]").forEach((button) => button.setAttribute("aria-busy", "true"));
    // a download leaves the page where it is; what uploads files does not, and may take minutes
    if (form.enctype !== "multipart/form-data") setTimeout(() => release(form), 8000);
  });
  const release = (form) => {
    delete form.dataset.sent;
    form.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
  };
  addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(release));

  // Escape and a tap elsewhere close sheets and menus
  const sheets = ".hall-half[open], .hall-account[open], .desk-account[open], .desk-confirm[open]";
  const close = (sheet) => { sheet.open = false; sheet.querySelector("summary").focus(); };
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") document.querySelectorAll(sheets).forEach(close);
  });
  document.addEventListener("click", (event) => {
    document.querySelectorAll(sheets).forEach((sheet) => { if (!sheet.contains(event.target)) sheet.open = false; });
  });

  // a file that can't be taken is left out as soon as it is chosen, and said to be: nobody uploads it in vain
  document.addEventListener("change", (event) => {
    const field = event.target;
    if (!field.matches("input[type=file][data-most-bytes]")) return;
    const { mostBytes, mostFiles, tooLarge, wrongFormat, tooMany, leftOut } = field.dataset;
    const formats = field.accept.split(",");
    const isTaken = ({ type }) => !type || formats.some((format) => format === type || format === type.replace(/\/.*/, "/*"));
    const others = [...field.form.elements].filter((other) => other !== field && other.dataset.mostFiles);
    const room = mostFiles ? mostFiles - others.reduce((sum, other) => sum + other.files.length, 0) : 1;
    const faults = [];
    const kept = [...field.files].filter((file) => {
      const fault = file.size > mostBytes ? tooLarge : isTaken(file) ? "" : wrongFormat;
      if (fault) faults.push(fault.replace("{name}", () => file.name));
      return !fault;
    });
    if (kept.length > room) faults.push(tooMany);
    if (faults.length) {
      const choice = new DataTransfer();
      kept.slice(0, Math.max(0, room)).forEach((file) => choice.items.add(file));
      field.files = choice.files;
      faults.push(leftOut);
    }
    field.closest(".hall-field, .desk-field").querySelector("[data-fault]").textContent = faults.join(" ");
  }, true); // before whatever else waits for a choice

  // what was to be saved in passing and was not is said in its place
  ["htmx:responseError", "htmx:sendError"].forEach((name) => document.addEventListener(name, (event) => {
    const place = event.target.closest("[data-unsaved]");
    if (place) place.textContent = place.dataset.unsaved;
  }));

  // what went wrong is told with the name of its field, and of the row it is in
  const colon = root.lang.startsWith("zh") ? "：" : ": ";
  document.querySelectorAll(":is(.hall-errors, .desk-errors) a[href^='#field-']").forEach((link) => {
    const field = document.getElementById(link.hash.slice(1));
    const title = field && (field.querySelector("legend") || (field.labels || [])[0]);
    const row = title && title.closest(".hall-row, .desk-row");
    const named = [row && row.querySelector(".hall-row__title, .desk-row__title"), title && title.firstChild].filter(Boolean);
    const names = named.map((name) => name.textContent.trim()).filter(Boolean); // a single tick has no title of its own
    if (row && link.dataset.said) link.textContent = link.dataset.said; // the row has a better name than its number
    if (names.length) link.prepend(names.join(" ") + colon);
  });

  // an address is copied by a button; without a script it is chosen in its field
  document.querySelectorAll(".hall-copy").forEach((place) => {
    const [field, button] = place.children;
    button.hidden = false;
    field.addEventListener("focus", () => field.select());
    button.addEventListener("click", async () => {
      field.select();
      try {
        await navigator.clipboard.writeText(field.value);
      } catch (_) {
        document.execCommand("copy"); // where pages come without TLS there is no clipboard
      }
      button.textContent = button.dataset.copied;
    });
  });

  // what went wrong is read first
  const wrong = document.querySelector("[data-focus]");
  if (wrong) wrong.focus();

  // what was typed and not sent is asked about before it is lost: neither a search, nor what the browser fills in by itself
  const posted = "form[method=post]:not([role=search])";
  const ask = (event) => {
    if (!document.querySelector("form[data-unsent]")) return;
    event.preventDefault();
    event.returnValue = ""; // for browsers that do not listen to preventDefault here
  };
  const markUnsent = (form) => {
    form.dataset.unsent = "";
    addEventListener("beforeunload", ask);
  };
  document.addEventListener("input", (event) => {
    const form = event.target.closest(posted);
    if (form && !event.target.autocomplete) markUnsent(form);
  });
  document.querySelectorAll("form[data-unsent]").forEach(markUnsent); // given back after an error
  if (wrong) {
    const field = document.querySelector("[aria-invalid]");
    const isBelow = (form) => wrong.compareDocumentPosition(form) & Node.DOCUMENT_POSITION_FOLLOWING;
    const refused = field ? field.closest(posted) : [...document.querySelectorAll(posted)].find(isBelow);
    if (refused && refused.querySelector("textarea, input[type=text]:not([autocomplete])")) markUnsent(refused);
  }
  // a form that is saved in passing is safe once that has succeeded, but for its files
  document.addEventListener("htmx:beforeRequest", (event) => {
    const form = event.target.closest("form[data-unsent]");
    if (form && ![...form.elements].some((field) => field.files && field.files.length)) form.dataset.unsent = "saving";
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.target.closest("form[data-unsent=saving]");
    if (form && event.detail.successful) delete form.dataset.unsent;
  });

  // a ticker shows one notice at a time; its bell pauses it
  document.querySelectorAll("[data-ticker]").forEach((ticker) => {
    const items = [...ticker.querySelectorAll("li")];
    const still = matchMedia("(prefers-reduced-motion: reduce), (min-width: 900px)");
    if (items.length < 2 || still.matches || root.classList.contains("large-text")) return;
    const button = ticker.querySelector("[data-ticker-pause]");
    let at = 0;
    let paused = false;
    const show = (next) => { items[at].hidden = true; at = next; items[at].hidden = false; };
    items.forEach((item, index) => { item.hidden = index > 0; });
    ticker.classList.add("is-running");
    if (button) {
      button.disabled = false;
      button.addEventListener("click", () => { paused = !paused; button.setAttribute("aria-pressed", String(paused)); });
    }
    setInterval(() => {
      if (!paused && !document.hidden && !ticker.matches(":hover, :focus-within")) show((at + 1) % items.length);
    }, 5000);
  });
})();
