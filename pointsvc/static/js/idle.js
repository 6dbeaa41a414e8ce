/**
 * A shared device signs out when nobody touches it: <div data-idle-seconds data-idle-warn>.
 * The strip with the seconds left appears `data-idle-warn` seconds before; its form signs out.
 */

const TOUCHES = ["pointerdown", "keydown", "wheel", "touchmove", "code-scanned"];

/** @param {HTMLElement} strip */
function watch(strip) {
  const allowed = Number(strip.dataset.idleSeconds);
  const warned = Math.min(Number(strip.dataset.idleWarn), allowed);
  const words = strip.querySelector("[data-idle-left]");
  let touchedAt = performance.now();
  let ended = false;
  const touch = () => {
    touchedAt = performance.now();
    strip.hidden = true;
  };
  const look = () => {
    const left = allowed - (performance.now() - touchedAt) / 1000;
    strip.hidden = left > warned;
    words.textContent = String(Math.max(0, Math.ceil(left)));
    if (left <= 0 && !ended) {
      ended = true;
      strip.querySelector("form").requestSubmit();
    }
  };
  TOUCHES.forEach((name) => document.addEventListener(name, touch, { passive: true, capture: true }));
  document.addEventListener("visibilitychange", look);
  strip.querySelector("[data-idle-stay]").addEventListener("click", touch);
  strip.dataset.ready = "";
  setInterval(look, 500);
}

/** @param {ParentNode} root */
export function attach(root) {
  root.querySelectorAll("[data-idle-seconds]:not([data-ready])").forEach(watch);
}
