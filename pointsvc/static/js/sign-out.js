/**
 * Signing out (<form data-sign-out>) while scans wait: the person is asked first. They are kept for
 * their owner, not wiped: a scan is somebody's hour of work, its code is a random number without a
 * name, and nobody else sees or sends it. Signing out ends what this browser knows of who is here.
 */
import { forget, owner } from "./offline-owner.js";

const PATIENCE_MS = 2000;

/** @returns {Promise<number>} scans that wait; a browser that cannot say must not hold anybody up */
async function unsent() {
  const counted = import("./offline-store.js").then((store) => store.unsent(owner()));
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS, []));
  return (await Promise.race([counted, late]).catch(() => [])).length;
}

/** @param {HTMLFormElement} form */
function leave(form) {
  forget();
  form.submit();
}

/** @param {HTMLFormElement} form @param {HTMLDialogElement} dialog @param {number} count */
function ask(form, dialog, count) {
  dialog.querySelector("[data-unsent-count]").textContent = String(count);
  dialog.querySelector("[data-leave]").onclick = () => leave(form);
  dialog.querySelector("[data-stay]").onclick = () => dialog.close();
  dialog.showModal();
}

/** @param {HTMLFormElement} form */
function guard(form) {
  form.dataset.ready = "";
  const dialog = document.querySelector("[data-unsent-dialog]");
  form.addEventListener("submit", async (event) => {
    if (!dialog || !owner()) {
      forget();
      return;
    }
    event.preventDefault();
    const count = await unsent();
    if (count) {
      ask(form, dialog, count);
    } else {
      leave(form);
    }
  });
}

/** @param {ParentNode} root */
export function attach(root) {
  root.querySelectorAll("form[data-sign-out]:not([data-ready])").forEach(guard);
}
