/**
 * A link to the offline page (<a data-offline-link>) makes the browser ready for it while there is
 * network, sends what still waits, and says how much that is.
 */
import { owner } from "./offline-owner.js";
import * as store from "./offline-store.js";
import { keepPage, upload } from "./offline-upload.js";

/** @param {HTMLElement} link */
async function prepare(link) {
  link.dataset.ready = "";
  keepPage();
  await upload().catch(() => {});
  const count = (await store.unsent(owner())).length;
  const place = link.querySelector("[data-unsent]");
  place.querySelector("b").textContent = String(count);
  place.hidden = count === 0;
}

/** @param {ParentNode} root */
export function attach(root) {
  for (const link of root.querySelectorAll("[data-offline-link]:not([data-ready])")) {
    prepare(link).catch(() => {}); // a browser that keeps nothing has nothing to say
  }
}
