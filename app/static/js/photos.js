// Photographs that are large are made smaller before they are checked and sent; without this they go as they are.
(() => {
  "use strict";
  const { working, done } = document.currentScript.dataset;
  const LARGE = 1.5 * 1024 * 1024;
  const LONGEST_SIDE = 2400;
  const QUALITY = 0.85;
  const ready = new WeakSet(); // fields whose choice is as it shall be
  let running = 0;
  let waiting = null; // the button of the form that was sent meanwhile

  const size = (bytes) => `${(bytes / 1024 / 1024).toFixed(1)} MB`;
  const isLarge = (file) => /^image\/(jpeg|png|webp)$/.test(file.type) && file.size > LARGE;

  // as it is held: the browser turns the picture as the camera has noted, and the note itself is left out
  const smaller = async (file) => {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    const sheet = canvas.getContext("2d");
    sheet.fillStyle = "#fff"; // what is transparent would become black
    sheet.fillRect(0, 0, canvas.width, canvas.height);
    sheet.drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    const made = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
    if (!made || made.size >= file.size) return file;
    return new File([made], file.name.replace(/\.\w+$/, "") + ".jpg", { type: made.type, lastModified: file.lastModified });
  };

  const status = (field) => {
    const place = field.closest(".hall-field, .desk-field");
    let line = place.querySelector("[data-photos]");
    if (!line) {
      line = document.createElement("p");
      line.className = "hall-field__hint form-hint";
      line.setAttribute("role", "status");
      line.dataset.photos = "";
      field.after(line);
    }
    return line;
  };

  const prepare = async (field) => {
    const line = status(field);
    const files = [...field.files];
    const large = files.filter(isLarge);
    const choice = new DataTransfer();
    let after = 0;
    for (const file of files) {
      let sent = file;
      if (isLarge(file)) {
        const words = { number: large.indexOf(file) + 1, count: large.length };
        line.textContent = working.replace(/{(\w+)}/g, (_, name) => words[name]);
        sent = await smaller(file).catch(() => file); // what the browser can't read, the server says
        after += sent.size;
      }
      choice.items.add(sent);
    }
    field.files = choice.files;
    const words = { before: size(large.reduce((sum, file) => sum + file.size, 0)), after: size(after) };
    line.textContent = done.replace(/{(\w+)}/g, (_, name) => words[name]);
  };

  // on the window, before the house looks whether the files can be taken: what is too large may not be so afterwards
  addEventListener("change", async (event) => {
    const field = event.target;
    if (!field.matches || !field.matches("input[type=file][data-most-bytes]")) return;
    if (ready.delete(field)) return;
    if (![...field.files].some(isLarge)) {
      const line = field.closest(".hall-field, .desk-field").querySelector("[data-photos]");
      if (line) line.textContent = "";
      return;
    }
    event.stopImmediatePropagation();
    running += 1;
    await prepare(field);
    running -= 1;
    ready.add(field);
    field.dispatchEvent(new Event("change", { bubbles: true }));
    if (!running && waiting) {
      const { form, button } = waiting;
      waiting = null;
      form.requestSubmit(button);
    }
  }, true);

  addEventListener("submit", (event) => {
    if (!running || event.target.enctype !== "multipart/form-data") return;
    event.preventDefault();
    event.stopImmediatePropagation();
    waiting = { form: event.target, button: event.submitter };
  }, true);
})();
