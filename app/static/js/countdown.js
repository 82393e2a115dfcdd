// Counts down to a moment by the server's clock, then sends the form it stands in, or opens the page anew where there is none;
// without it the moment stands there in words.
(() => {
  "use strict";
  const places = document.querySelectorAll("[data-countdown]");
  if (!places.length) return;
  // a page that was stored says for long what is over: it is opened anew at once, and then less and less often
  const openAnew = (moment, jitter) => {
    const key = `countdown ${location.pathname} ${moment}`;
    const times = Number(sessionStorage.getItem(key));
    sessionStorage.setItem(key, times + 1);
    setTimeout(() => location.reload(), jitter + Math.min(2 ** times - 1, 60) * 1000);
  };
  const two = (number) => String(number).padStart(2, "0");
  const start = (place, ahead) => {
    const until = Date.parse(place.dataset.countdown);
    const form = place.closest("form");
    const jitter = Math.random() * 1000; // not everybody in the same moment
    const show = () => {
      const left = Math.ceil((until - Date.now() - ahead) / 1000);
      if (left <= 0) {
        if (form) setTimeout(() => form.submit(), jitter);
        else openAnew(place.dataset.countdown, jitter);
        return;
      }
      const days = Math.floor(left / 86400);
      const clock = [Math.floor(left / 3600) % 24, Math.floor(left / 60) % 60, left % 60].map(two).join(":");
      place.querySelector("[data-left]").textContent = days ? `${days} ${place.dataset.days} ${clock}` : clock;
      place.hidden = false;
      setTimeout(show, 1000 - ((Date.now() + ahead) % 1000));
    };
    show();
  };
  const asked = Date.now();
  fetch(places[0].dataset.clock, { cache: "no-store" }).then((answer) => (answer.ok ? answer.json() : Promise.reject())).then(({ now }) => {
    const ahead = now - (asked + Date.now()) / 2; // half of the way there and back
    places.forEach((place) => start(place, ahead));
  }, () => places.forEach((place) => start(place, 0)));
})();
