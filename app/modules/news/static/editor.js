// A small rich-text field over a textarea, and the cover picture. Without it the textarea takes Markdown or HTML.
// The server cleans whatever arrives; what is done here is comfort.
(() => {
  "use strict";
  const place = document.querySelector("[data-editor]");
  if (!place) return;
  const area = place.querySelector("textarea");
  const words = JSON.parse(place.dataset.words);
  const form = area.form;
  form.querySelector("[data-picture]").remove(); // the toolbar puts pictures where they belong
  const make = (tag, attributes, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) element.setAttribute(name, value);
    element.append(...children);
    return element;
  };

  // pasted or typed HTML → the few tags an article may hold
  const list = (names) => new Set(names.split(" "));
  const KEPT = list("p h2 h3 h4 ul ol li blockquote strong em u s del sub sup br hr pre code figure figcaption table caption thead tbody tfoot tr td th a img");
  const BLOCKS = list("p h2 h3 h4 ul ol blockquote hr pre figure table");
  const GONE = list("script style template title meta link head svg iframe object noscript");
  const SAME = { div: "p", h1: "h2", h5: "h4", h6: "h4", b: "strong", i: "em" };
  const isLink = (address) => /^(https?:\/\/[^\s/]|mailto:|tel:|\/(?![/\\])|#)/i.test(address);
  const copy = (node) => {
    if (node.nodeType === 3) return [document.createTextNode(node.data.replace(/[\u200b\ufeff]/g, ""))];
    if (node.nodeType !== 1 || GONE.has(node.localName)) return [];
    const inner = [...node.childNodes].flatMap(copy);
    const tag = SAME[node.localName] || node.localName;
    if (!KEPT.has(tag)) return inner;
    if (tag === "p") return inner.some((child) => BLOCKS.has(child.localName)) ? inner : [make("p", {}, ...inner)];
    const value = (name) => node.getAttribute(name) || "";
    if (tag === "a") return isLink(value("href")) ? [make("a", { href: value("href") }, ...inner)] : inner;
    if (tag === "img") return value("src").startsWith("/files/") ? [make("img", { src: value("src"), alt: value("alt") })] : [];
    const kept = ["colspan", "rowspan", "scope", "start"].filter(value).map((name) => [name, value(name)]);
    return [make(tag, Object.fromEntries(kept), ...inner)];
  };
  const cleaned = (html) => {
    const box = make("div");
    let line = null;
    for (const node of [...new DOMParser().parseFromString(html, "text/html").body.childNodes].flatMap(copy)) {
      const isBlank = !node.textContent.trim() && !/<img|<hr/.test(make("i", {}, node.cloneNode(true)).innerHTML);
      if (BLOCKS.has(node.localName)) { if (!isBlank) box.append(node); line = null; continue; }
      if (!line && isBlank) continue;
      if (!line) box.append(line = make("p"));
      line.append(node);
    }
    return box;
  };

  // the field
  const isMarkdown = area.value.trim() && !area.value.trim().startsWith("<");
  const label = place.querySelector("label");
  const text = make("div", { class: "news-editor__text", contenteditable: "true", role: "textbox", "aria-multiline": "true", "aria-label": label.textContent });
  const note = make("p", { class: "news-editor__note", role: "status", hidden: "" });
  const tools = make("div", { class: "news-editor__tools", role: "toolbar", "aria-label": words.toolbar });
  const run = (command, value) => { text.focus(); document.execCommand(command, false, value); mark(); };
  const block = (tag) => run("formatBlock", document.queryCommandValue("formatBlock").toLowerCase() === tag ? "p" : tag);
  const link = () => {
    const chosen = getSelection();
    const range = chosen.rangeCount ? chosen.getRangeAt(0) : null;
    const address = (prompt(words.address, "https://") || "").trim();
    if (!isLink(address) || !range) return;
    chosen.removeAllRanges();
    chosen.addRange(range);
    if (!range.collapsed) return run("createLink", address);
    const made = make("a", { href: address }, address);
    run("insertHTML", made.outerHTML);
  };
  const BUTTONS = [["bold", "bold", () => run("bold")], ["heading", "", () => block("h2")], ["list", "insertUnorderedList", () => run("insertUnorderedList")],
    ["numbers", "insertOrderedList", () => run("insertOrderedList")], ["quote", "", () => block("blockquote")], ["link", "", link],
    ["picture", "", () => picker.click()], ["clear", "", () => { run("removeFormat"); run("unlink"); run("formatBlock", "p"); }]];
  const buttons = BUTTONS.map(([name, state, act]) => {
    const button = make("button", { type: "button" }, words[name]);
    button.addEventListener("mousedown", (event) => event.preventDefault());
    button.addEventListener("click", act);
    button.dataset.state = state;
    return button;
  });
  const mark = () => buttons.forEach((button) => {
    if (button.dataset.state) button.setAttribute("aria-pressed", String(document.queryCommandState(button.dataset.state)));
  });
  const picker = make("input", { type: "file", accept: place.dataset.accept, hidden: "" });

  const say = (message) => { note.textContent = message; note.hidden = !message; };
  const upload = async (file) => {
    say(words.loading);
    const data = new FormData();
    data.append("csrf_token", form.elements.csrf_token.value);
    data.append("picture", file);
    try {
      const answer = await fetch(place.dataset.upload, { method: "POST", body: data, credentials: "same-origin", headers: { Accept: "application/json" } });
      const found = await answer.json();
      say(answer.ok ? "" : found.error || words.failed);
      return answer.ok ? found : null;
    } catch { say(words.failed); return null; }
  };
  const insertPicture = async (file) => {
    const chosen = getSelection();
    const range = chosen.rangeCount && text.contains(chosen.anchorNode) ? chosen.getRangeAt(0).cloneRange() : null;
    const found = await upload(file);
    if (!found) return;
    const image = make("img", { src: found.href, alt: prompt(words.alt, "") || "" });
    text.focus();
    if (range) { chosen.removeAllRanges(); chosen.addRange(range); } else { chosen.selectAllChildren(text); chosen.collapseToEnd(); }
    document.execCommand("insertHTML", false, image.outerHTML);
  };
  const pictures = (list) => [...(list || [])].filter((file) => file.type.startsWith("image/"));
  picker.addEventListener("change", async () => { for (const file of pictures(picker.files)) await insertPicture(file); picker.value = ""; });
  text.addEventListener("paste", (event) => {
    const data = event.clipboardData;
    const html = data.getData("text/html");
    event.preventDefault();
    if (html) return document.execCommand("insertHTML", false, cleaned(html).innerHTML);
    if (pictures(data.files).length) return pictures(data.files).forEach(insertPicture);
    document.execCommand("insertText", false, data.getData("text/plain"));
  });
  document.addEventListener("selectionchange", () => { if (text.contains(getSelection().anchorNode)) mark(); });

  if (!isMarkdown) { // a text someone wrote as Markdown and that was refused stays Markdown
    text.append(...cleaned(area.value).childNodes);
    if (!text.firstChild) text.append(make("p", {}, make("br")));
    document.execCommand("defaultParagraphSeparator", false, "p");
    tools.append(...buttons, picker);
    area.hidden = true;
    place.querySelectorAll(".form-hint").forEach((hint) => { hint.hidden = true; });
    area.after(make("div", { class: "news-editor", id: "editor" }, tools, text, note));
    label.addEventListener("click", () => text.focus());
    const keep = () => { area.value = cleaned(text.innerHTML).innerHTML; };
    text.addEventListener("input", keep);
    form.addEventListener("submit", keep, true);
    // The browser gives a form back its fields after a step back, the textarea behind this field among them.
    addEventListener("pageshow", () => { if (area.value) text.innerHTML = cleaned(area.value).innerHTML; });
  }

  // the cover is uploaded when it is chosen, so that it survives a form that is refused
  const cover = form.querySelector("[data-cover]");
  const chooser = cover.querySelector("input[type=file]");
  const image = cover.querySelector("img");
  const remove = cover.querySelector("[data-cover-remove]");
  chooser.addEventListener("change", async () => {
    const file = chooser.files[0];
    const found = file && await upload(file);
    if (!found) return;
    cover.querySelector("[name=cover_file_id]").value = found.id;
    image.src = found.href;
    image.hidden = remove.hidden = false;
    remove.querySelector("input").checked = false;
    chooser.value = "";
  });
})();
