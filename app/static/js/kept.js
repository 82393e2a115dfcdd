// Keeps what is ticked in a form in this tab, so that a page that was left or could not be sent has it again.
(() => {
  "use strict";
  document.querySelectorAll("[data-kept]").forEach((mark) => {
    const form = mark.closest("form"), key = `kept:${mark.dataset.kept}`;
    const boxes = [...form.elements].filter((each) => each.type === "radio" || each.type === "checkbox");
    const name = (box) => `${box.name}=${box.value}`;
    try {
      const kept = JSON.parse(sessionStorage.getItem(key) || "[]");
      if (!boxes.some((box) => box.checked)) boxes.forEach((box) => { box.checked = kept.includes(name(box)); });
      form.addEventListener("change", () => {
        sessionStorage.setItem(key, JSON.stringify(boxes.filter((box) => box.checked).map(name)));
      });
    } catch { /* a browser that keeps nothing */ }
  });
})();
