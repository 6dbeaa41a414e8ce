/**
 * A code that changes: <figure data-refresh-url data-valid-until data-served-at>. Shortly before it
 * expires the address is asked for the same figure again. The time left is counted from what the
 * server said was "now", so a phone with a wrong clock counts right. The screen stays on.
 */

const LEAD_MS = 2000;
const RETRY_MS = 2000;
let lock = null;

/** Keep the screen on while a code is shown; a refusal (low battery) is no harm. */
async function keepAwake() {
  if (document.visibilityState === "visible" && navigator.wakeLock && (!lock || lock.released)) {
    lock = await navigator.wakeLock.request("screen").catch(() => null);
  }
}

/**
 * @param {string} url
 * @returns {Promise<Element | null>} the new figure, null when the answer holds none
 */
async function fetchBox(url) {
  const reply = await fetch(url, { headers: { Accept: "text/html", "HX-Request": "true" } });
  if (!reply.ok) {
    return null;
  }
  const page = new DOMParser().parseFromString(await reply.text(), "text/html");
  return page.querySelector("[data-refresh-url]");
}

/** @param {HTMLElement} box */
function watch(box) {
  const { refreshUrl, validUntil, servedAt } = box.dataset;
  const served = servedAt ? Date.parse(servedAt) : Date.now();
  const endsAt = performance.now() + (Date.parse(validUntil) - served);
  let askedAt = -Infinity;
  box.dataset.ready = "";
  box.querySelector("[data-countdown-line]").hidden = false;

  const renew = async () => {
    askedAt = performance.now();
    const fresh = await fetchBox(refreshUrl).catch(() => null);
    if (fresh && box.isConnected) {
      clearInterval(timer);
      box.replaceWith(fresh);
      watch(fresh);
    }
  };
  const look = () => {
    if (!box.isConnected) {
      clearInterval(timer);
      return;
    }
    const left = endsAt - performance.now();
    box.querySelector("[data-countdown]").textContent = String(Math.max(0, Math.ceil(left / 1000)));
    box.querySelector("[data-stale]").hidden = left > 0;
    box.classList.toggle("code-old", left <= 0);
    if (left < LEAD_MS && performance.now() - askedAt > RETRY_MS) {
      renew();
    }
  };
  const timer = setInterval(look, 500);
  box.querySelector("[data-refresh-link]").addEventListener("click", (event) => {
    event.preventDefault();
    renew();
  });
  look();
}

/** @param {ParentNode} root */
export function attach(root) {
  const boxes = root.querySelectorAll("[data-refresh-url]:not([data-ready])");
  boxes.forEach(watch);
  if (boxes.length) {
    keepAwake();
    document.addEventListener("visibilitychange", keepAwake);
  }
}
