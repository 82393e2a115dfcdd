// A QR code from the phone's camera into the code field, where the browser can read one; without it the code is typed.
(() => {
  "use strict";
  const place = document.querySelector("[data-scan]");
  if (!place || !("BarcodeDetector" in window) || !navigator.mediaDevices) return;
  const video = place.querySelector("video");
  const button = place.querySelector("[data-scan-start]");
  const form = place.closest("form");
  place.hidden = false;
  video.hidden = true;
  const look = async (detector, stream) => {
    const found = await detector.detect(video).catch(() => []);
    if (!found.length) {
      setTimeout(() => look(detector, stream), 250);
      return;
    }
    stream.getTracks().forEach((track) => track.stop());
    form.elements.code.value = found[0].rawValue;
    form.requestSubmit();
  };
  button.addEventListener("click", async () => {
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      video.srcObject = stream;
      await video.play();
      video.hidden = false;
      button.hidden = true;
      look(new BarcodeDetector({ formats: ["qr_code"] }), stream);
    } catch {
      place.hidden = true; // no camera, or not allowed: the field is still there
    }
  });
})();
