// Fields that are asked only after a certain answer are hidden until it is given. Without this they say when they apply.
(() => {
  "use strict";
  const places = [...document.querySelectorAll("[data-when]")].map((place) => [place, JSON.parse(place.dataset.when)]);

  // what is hidden itself counts as not answered, like for the server
  const answers = (form, name) => [...form.elements]
    .filter((field) => field.name === name && (!/radio|checkbox/.test(field.type) || field.checked))
    .filter((field) => !field.closest("[data-when][hidden]"))
    .map((field) => field.value);

  // an amount or a number as people write it: full-width digits, separators, yuan, 万
  const amount = (text) => {
    const plain = text.normalize("NFKC").replace(/[,\s¥元]|[人口个名位岁年月天次张件]$/g, "");
    const match = /^(\d{1,9}(?:\.\d{1,6})?)(万?)$/.exec(plain);
    return match ? match[1] * (match[2] ? 10000 : 1) : NaN;
  };

  const asks = {
    is: (form, name, value) => answers(form, name).includes(value),
    over: (form, name, limit) => answers(form, name).some((text) => amount(text) > limit),
    all: (form, conditions) => conditions.every((condition) => holds(form, condition)),
    any: (form, conditions) => conditions.some((condition) => holds(form, condition)),
  };
  const holds = (form, [ask, ...question]) => asks[ask](form, ...question);

  // a condition asks only about what stands before it, so one pass is enough
  const show = () => places.forEach(([place, condition]) => {
    place.hidden = !holds(place.closest("form"), condition);
  });
  places.forEach(([place]) => { place.querySelector(".hall-when__note").hidden = true; });
  document.addEventListener("input", show);
  document.addEventListener("change", show);
  addEventListener("pageshow", show); // a page that comes back with what was typed on it
  show();
})();
