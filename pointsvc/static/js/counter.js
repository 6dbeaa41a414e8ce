/**
 * The counter. Enter in the empty scan field pays (data-empty-submits="#pay"), or calls the next
 * person once the receipt is there ("#next"), after the last scan has been answered; a lost connection is said, and confirming again is the same deed.
 * What is shown has an address, which comes with the answer: Back and a reload find it again.
 */

// Some guns end a code with two Enters: the second is not the keeper's.
const AFTER_SCAN_MS = 700;
const PLACE = "#counter";
let scannedAt = -Infinity;
let address = here();

function here() {
  return location.pathname + location.search;
}

/** @param {KeyboardEvent} event */
function payOnEnter(event) {
  const field = event.target;
  if (event.key !== "Enter" || !field.matches?.("[data-empty-submits]") || field.value.trim()) {
    return;
  }
  event.preventDefault();
  const isAnswered = !("sentAt" in field.form.dataset);
  if (isAnswered && performance.now() - scannedAt > AFTER_SCAN_MS) {
    const next = document.querySelector(field.dataset.emptySubmits);
    next?.requestSubmit ? next.requestSubmit() : next?.click();
  }
}

const isTouched = () => matchMedia("(hover: none)").matches;

/** What was said before is over. On a phone no keyboard should jump up at each scan. */
function beforeSwap({ detail }) {
  if (!detail.target.matches(PLACE)) {
    return;
  }
  document.querySelector("#flashes").replaceChildren();
  if (isTouched()) {
    detail.serverResponse = detail.serverResponse.replaceAll(" autofocus", "");
  }
}

/** From its top. Enter twice on paying: the second must not send it away before anybody saw it. */
function showReceipt() {
  if (document.querySelector("#next")) {
    scannedAt = performance.now();
    scrollTo(0, 0);
  }
}

/** What was scanned last must not lie under the bar; who taps the tiles stays where they are. */
function showLine({ detail }) {
  if (detail.requestConfig?.elt?.id === "goods") {
    document.querySelector(".till-line:last-child")?.scrollIntoView({ block: "nearest" });
  }
}

/** Once the keeper sees the answer: a step in the history takes longer than a frame. */
function moveOn({ detail }) {
  const next = detail.xhr.getResponseHeader("Content-Location");
  if (next && document.hidden) {
    moveTo(next);
  } else if (next) {
    requestAnimationFrame(() => setTimeout(() => moveTo(next)));
  }
}

/** @param {string} next */
function moveTo(next) {
  const { pathname, search } = new URL(next, location.href);
  if (pathname + search !== here()) {
    history.pushState(null, "", next);
  }
  address = here();
}

/** Back, or forward again; not a jump within the page, and not away from the screen without network. */
function returnTo() {
  if (here() !== address && navigator.onLine) {
    location.reload();
  }
}

/** @param {CustomEvent} event */
function sayTrouble({ detail }) {
  if (detail.xhr.status === 401) {
    location.reload();
    return;
  }
  const own = detail.elt.closest("form")?.querySelector("[data-offline]");
  const words = own || document.querySelector(`${PLACE} p[data-offline]`);
  if (words) {
    words.hidden = false;
    (own || (isTouched() ? null : document.querySelector("#field-scan")))?.focus();
  }
}

document.addEventListener("code-scanned", () => (scannedAt = performance.now()));
document.addEventListener("keydown", payOnEnter);
document.addEventListener("htmx:beforeSwap", beforeSwap);
document.addEventListener("htmx:afterSettle", showLine);
document.addEventListener("htmx:afterSettle", showReceipt);
document.addEventListener("htmx:afterSettle", moveOn);
window.addEventListener("popstate", returnTo);
document.addEventListener("htmx:sendError", sayTrouble);
document.addEventListener("htmx:timeout", sayTrouble);
document.addEventListener("htmx:responseError", sayTrouble);
