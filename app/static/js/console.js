// Comfort for staff pages: choosing many rows, a live preview, charts.
(() => {
  "use strict";
  const self = document.currentScript;

  const boxes = (id) => [...document.querySelectorAll(`input[type=checkbox][form="${CSS.escape(id)}"]`)];
  const count = (id) => {
    const all = boxes(id);
    const chosen = all.filter((box) => box.checked).length;
    document.querySelectorAll(`[data-bulk-count="${CSS.escape(id)}"]`).forEach((place) => {
      place.textContent = place.dataset.words.replace("{n}", chosen);
      place.closest("form").classList.toggle("is-active", chosen > 0);
    });
    document.querySelectorAll(`[data-check-all="${CSS.escape(id)}"]`).forEach((box) => {
      box.checked = chosen > 0 && chosen === all.length;
      box.indeterminate = chosen > 0 && chosen < all.length;
    });
  };
  document.querySelectorAll("[data-check-all]").forEach((all) => {
    const id = all.dataset.checkAll;
    all.hidden = false;
    all.addEventListener("change", () => { boxes(id).forEach((box) => { box.checked = all.checked; }); count(id); });
    count(id);
  });
  document.addEventListener("change", (event) => {
    const id = event.target.getAttribute && event.target.getAttribute("form");
    if (id) count(id);
  });

  // an answer to use again is put in as soon as it is chosen; without a script its button does it
  document.addEventListener("change", (event) => {
    const choice = event.target.closest("select[data-insert-into]");
    if (!choice || !choice.value) return;
    const place = document.getElementById(choice.dataset.insertInto);
    place.value = [place.value.trimEnd(), choice.selectedOptions[0].dataset.text].filter(Boolean).join("\n");
    place.dispatchEvent(new Event("input", { bubbles: true }));
    choice.value = "";
    place.focus();
  });

  // the studio's preview follows what is typed; without a script its button shows it
  const preview = (frame) => {
    const form = document.getElementById(frame.dataset.preview);
    const button = document.querySelector("[data-preview-button]");
    const choice = document.getElementById("preview-page");
    let timer = 0;
    let asked = null;
    const show = async () => {
      if (asked) asked.abort();
      asked = new AbortController();
      const typed = new FormData(form, button);
      for (const [name, value] of [...typed]) if (value instanceof File) typed.delete(name); // pictures are shown once they are saved
      frame.classList.add("is-waiting");
      try {
        const answer = await fetch(form.action, { method: "POST", body: typed, credentials: "same-origin", signal: asked.signal });
        const text = await answer.text();
        const top = frame.contentWindow ? frame.contentWindow.scrollY : 0;
        frame.addEventListener("load", () => frame.contentWindow.scrollTo(0, top), { once: true });
        frame.srcdoc = text;
        frame.classList.remove("is-waiting");
      } catch (fault) { if (fault.name !== "AbortError") frame.classList.remove("is-waiting"); }
    };
    const soon = (event) => {
      if (event.target.type === "file") return;
      clearTimeout(timer);
      timer = setTimeout(show, 500);
    };
    form.addEventListener("input", soon);
    choice.addEventListener("change", show);
    form.addEventListener("submit", (event) => {
      if (event.submitter !== button) return clearTimeout(timer);
      event.preventDefault();
      show();
    });
  };
  document.querySelectorAll("[data-preview]").forEach((frame) => {
    const choice = document.getElementById("preview-page");
    if (frame.dataset.preview) preview(frame);
    else choice.addEventListener("change", () => choice.form.submit());
    // a link leads to the page it names where that can be previewed, and nowhere else
    frame.addEventListener("load", () => frame.contentDocument.addEventListener("click", (event) => {
      const link = event.target.closest("a[href]");
      if (!link) return;
      event.preventDefault();
      const path = new URL(link.href, location.href).pathname;
      const option = [...choice.options].find((each) => each.dataset.path === path);
      if (!option) return;
      choice.value = option.value;
      choice.dispatchEvent(new Event("change"));
    }));
  });

  const charts = [...document.querySelectorAll("[data-chart]")];
  if (!charts.length) return;
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(name).trim();
  const options = (data) => {
    const axes = data.kind !== "pie";
    const ink = colour("--desk-ink-2");
    return {
      color: ["--desk-chart-1", "--desk-chart-2", "--desk-chart-3", "--desk-chart-4", "--desk-chart-5"].map(colour),
      animation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
      aria: { enabled: true },
      textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
      tooltip: { trigger: axes ? "axis" : "item", renderMode: "richText" },
      legend: data.series.length > 1 || !axes ? { bottom: 0, textStyle: { color: ink } } : undefined,
      grid: { left: 8, right: 12, top: 16, bottom: data.series.length > 1 ? 36 : 8, containLabel: true },
      xAxis: axes ? { type: "category", data: data.labels, axisTick: { show: false }, axisLabel: { color: ink } } : undefined,
      yAxis: axes ? { type: "value", minInterval: 1, axisLabel: { color: ink }, splitLine: { lineStyle: { color: colour("--desk-line") } } } : undefined,
      series: axes
        ? data.series.map((one) => ({ type: data.kind, name: one.name, data: one.data, smooth: .3, connectNulls: true, symbolSize: 6, barMaxWidth: 28, itemStyle: data.kind === "bar" ? { borderRadius: [4, 4, 0, 0] } : undefined, areaStyle: data.kind === "line" && data.series.length === 1 ? { opacity: .1 } : undefined }))
        : [{ type: "pie", radius: ["48%", "74%"], center: ["50%", "44%"], data: data.labels.map((name, index) => ({ name, value: data.series[0].data[index] })) }],
    };
  };
  const draw = async (place) => {
    const answer = await fetch(place.dataset.chart, { headers: { Accept: "application/json" }, credentials: "same-origin" });
    if (!answer.ok) return;
    const data = await answer.json();
    place.hidden = false;
    const drawing = window.echarts.init(place);
    drawing.setOption(options(data));
    new ResizeObserver(() => drawing.resize()).observe(place);
    const table = place.parentElement.querySelector("details");
    if (table) table.open = false;
  };
  const script = document.createElement("script");
  script.src = self.dataset.echarts;
  script.onload = () => charts.forEach((place) => draw(place).catch(() => { place.hidden = true; }));
  document.head.append(script);
})();
