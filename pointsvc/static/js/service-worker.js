/**
 * Keeps the offline page and our own static files; nothing else, ever: no page with a person in it,
 * no answer of the API. The server writes VERSION, SHELL and FILES before this text (/sw.js).
 */
/* global VERSION, SHELL, FILES */
"use strict";

const PREFIX = "offline-";
const SHELF = PREFIX + VERSION;
const PATIENCE_MS = 4000;

/** Fetch everything anew or asked whether it is still new: an hour-old copy must not be kept for good. */
async function fill() {
  const shelf = await caches.open(SHELF);
  await shelf.addAll([SHELL, ...FILES].map((address) => new Request(address, { cache: "no-cache" })));
}

async function tidy() {
  const old = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== SHELF);
  await Promise.all(old.map((name) => caches.delete(name)));
  await self.clients.claim();
}

/** @param {string} address @returns {Promise<Response | undefined>} */
async function kept(address) {
  return (await caches.open(SHELF)).match(address);
}

/**
 * The network first, the shell where there is none. The shell's own address does not wait long: a
 * signal of one bar answers nobody.
 * @param {Request} request
 * @param {boolean} isShell
 */
async function page(request, isShell) {
  const answer = fetch(request);
  if (!isShell) {
    return answer.catch(() => kept(SHELL).then((shell) => shell ?? Response.error()));
  }
  const patience = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS));
  const reply = await Promise.race([answer, patience]).catch(() => null);
  return reply?.ok ? reply : ((await kept(SHELL)) ?? answer);
}

self.addEventListener("install", (event) => event.waitUntil(fill().then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(tidy()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) {
    return;
  }
  if (request.mode === "navigate") {
    event.respondWith(page(request, pathname === SHELL));
  } else if (FILES.includes(pathname)) {
    event.respondWith(kept(pathname).then((file) => file ?? fetch(request)));
  }
});
