/**
 * A gong when the screen shows a new number: off until somebody taps the button, as browsers want it,
 * and off again after a reload. The button says in words whether it sounds.
 */
import { gong, prepare } from "./signal.js";

/** @returns {string} what is called last, the empty text where nothing is */
function newest() {
  return document.querySelector(".queue-newest")?.textContent.trim() ?? "";
}

const button = document.querySelector("[data-gong]");
let last = newest();

function show(isOn) {
  button.setAttribute("aria-pressed", String(isOn));
  button.querySelector("[data-gong-on]").hidden = !isOn;
  button.querySelector("[data-gong-off]").hidden = isOn;
}

button.hidden = false;
button.addEventListener("click", async () => {
  const isOn = button.getAttribute("aria-pressed") !== "true";
  if (isOn) {
    await prepare();
    gong();
  }
  show(isOn);
});
document.addEventListener("htmx:afterSettle", () => {
  const now = newest();
  if (now && now !== last && button.getAttribute("aria-pressed") === "true") {
    gong();
  }
  last = now;
});
