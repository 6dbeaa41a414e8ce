/**
 * What every page loads. Each part looks for its own marks and does nothing where there are none;
 * it looks again in whatever htmx brings later. Every page also works without scripts.
 */
import * as codeRefresh from "./code-refresh.js";
import * as confirmation from "./confirm.js";
import * as forms from "./forms.js";
import * as idle from "./idle.js";
import * as menus from "./menus.js";
import * as offlineOwner from "./offline-owner.js";
import * as print from "./print.js";
import * as quantity from "./quantity.js";
import * as signOut from "./sign-out.js";
import * as sums from "./sums.js";

const PARTS = [confirmation, forms, quantity, sums, codeRefresh, idle, menus, print, offlineOwner, signOut];

/** @param {ParentNode} root where to look for marks */
async function attachAll(root) {
  PARTS.forEach((part) => part.attach(root));
  if (root.querySelector("[data-scanner]")) {
    (await import("./scanner.js")).attach(root);
  }
  if (root.querySelector("[data-offline-page]")) {
    (await import("./offline-page.js")).attach(root);
  }
  if (root.querySelector("[data-offline-link]")) {
    (await import("./offline-link.js")).attach(root);
  }
  if (root.querySelector("[data-wedge]")) {
    (await import("./wedge.js")).attach();
  }
  if (root.querySelector("[data-position], [data-locate]")) {
    (await import("./position.js")).attach(root);
  }
  document.documentElement.dataset.scripts = "ready";
}

attachAll(document);
document.addEventListener("htmx:load", (event) => {
  if (event.detail.elt !== document.body) {
    attachAll(event.detail.elt.parentNode || document);
  }
});
