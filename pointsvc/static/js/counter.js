/**
 * The counter. Enter in the empty scan field pays (data-empty-submits="#pay"), once the last scan
 * has been answered; what the server refuses is shown in its place; a lost connection is said.
 */

// Some guns end a code with two Enters: the second is not the keeper's.
const AFTER_SCAN_MS = 700;
const PLACE = "#counter";
let scannedAt = -Infinity;

/** @param {KeyboardEvent} event */
function payOnEnter(event) {
  const field = event.target;
  if (event.key !== "Enter" || !field.matches?.("[data-empty-submits]") || field.value.trim()) {
    return;
  }
  event.preventDefault();
  const isAnswered = !("sentAt" in field.form.dataset);
  if (isAnswered && performance.now() - scannedAt > AFTER_SCAN_MS) {
    document.querySelector(field.dataset.emptySubmits)?.requestSubmit();
  }
}

/** A refusal comes as the whole page, too. On a phone no keyboard should jump up at each scan. */
function beforeSwap({ detail }) {
  if (!detail.target.matches(PLACE)) {
    return;
  }
  if (detail.xhr.status >= 400 && detail.xhr.status < 500) {
    detail.shouldSwap = detail.serverResponse.includes('id="counter"');
  }
  if (matchMedia("(hover: none)").matches) {
    detail.serverResponse = detail.serverResponse.replaceAll(" autofocus", "");
  }
}

/** @param {CustomEvent} event */
function sayTrouble({ detail }) {
  if (detail.xhr.status === 401) {
    location.reload();
    return;
  }
  const words = document.querySelector(`${PLACE} [data-offline]`);
  if (words && !detail.shouldSwap) {
    words.hidden = false;
  }
}

document.addEventListener("code-scanned", () => (scannedAt = performance.now()));
document.addEventListener("keydown", payOnEnter);
document.addEventListener("htmx:beforeSwap", beforeSwap);
document.addEventListener("htmx:sendError", sayTrouble);
document.addEventListener("htmx:responseError", sayTrouble);
