// Answers for the shop's page without network: the page and what it is made of, as they were kept when there was network.
"use strict";
const KEPT = "offline-vouchers";
const kept = async (request) => {
  const asksShop = new URL(request.url).searchParams.has("shop"); // another shop's page would take by another shop's list
  const found = await caches.match(request, { cacheName: KEPT })
    || (request.mode === "navigate" && !asksShop && await caches.match(request, { cacheName: KEPT, ignoreSearch: true }));
  return found || Response.error();
};
const fresh = async (request) => {
  try {
    const answer = await fetch(request);
    if (answer.ok && !answer.redirected) await (await caches.open(KEPT)).put(request, answer.clone());
    return answer;
  } catch {
    return kept(request);
  }
};
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  if (event.request.method === "GET") event.respondWith(fresh(event.request));
});
