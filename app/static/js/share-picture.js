// Draws a card as one picture, 750 pixels wide, that can be kept and sent on; without it the card stands there as it is.
(() => {
  "use strict";
  const card = document.querySelector("[data-share-picture]");
  if (!card) return;
  const WIDTH = 750, EDGE = 48, QR = 360;
  const FONTS = { title: "bold 48px", summary: "32px", plain: "28px" };
  const family = getComputedStyle(document.body).fontFamily;
  const cover = card.querySelector("[data-cover]"), qr = card.querySelector("[data-qr]");
  const ready = (image) => (!image || image.complete ? Promise.resolve() : new Promise((done) => { image.onload = image.onerror = done; }));

  const wrap = (pen, text) => { // by characters, as Chinese is set
    const lines = [""];
    for (const letter of text) {
      if (pen.measureText(lines.at(-1) + letter).width > WIDTH - 2 * EDGE) lines.push("");
      lines[lines.length - 1] += letter;
    }
    return lines;
  };

  const draw = (pen, paint) => { // the height it takes; laid out alike whether it paints or only measures
    let top = 0;
    if (cover?.naturalWidth) {
      const height = Math.round((WIDTH * cover.naturalHeight) / cover.naturalWidth);
      if (paint) pen.drawImage(cover, 0, 0, WIDTH, height);
      top = height;
    }
    top += EDGE;
    for (const part of card.querySelectorAll("[data-line], [data-qr]")) {
      if (part === qr) {
        if (paint) pen.drawImage(qr, (WIDTH - QR) / 2, top, QR, QR);
        top += QR + 24;
        continue;
      }
      pen.font = `${FONTS[part.dataset.line]} ${family}`;
      const step = parseInt(pen.font.match(/(\d+)px/)[1], 10) * 1.4;
      for (const line of wrap(pen, part.textContent.trim())) {
        if (paint) pen.fillText(line, WIDTH / 2, top);
        top += step;
      }
      top += 12;
    }
    return top + EDGE;
  };

  Promise.all([ready(cover), ready(qr)]).then(() => {
    const canvas = document.createElement("canvas"), pen = canvas.getContext("2d");
    canvas.width = WIDTH;
    canvas.height = Math.ceil(draw(pen, false));
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.fillStyle = "#111";
    pen.textAlign = "center";
    pen.textBaseline = "top";
    draw(pen, true);
    const picture = new Image();
    picture.className = "hall-share__picture";
    picture.alt = card.querySelector("[data-line=title]").textContent;
    picture.src = canvas.toDataURL("image/png");
    card.replaceChildren(picture);
    document.querySelector("[data-share-hint]").hidden = false;
  });
})();
