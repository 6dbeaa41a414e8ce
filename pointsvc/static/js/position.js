/**
 * Where the phone is: asked for before a form goes that wants it (data-position on the form, a field
 * named position in it), or by a button that fills a field (data-locate holds the field's id).
 * A refusal, a failure or too long a wait is no obstacle: the form goes without it.
 */
const EXACT = { enableHighAccuracy: true, timeout: 8000, maximumAge: 20000 };
const PATIENCE_MS = 12000; // the browser's own timeout stands still while it asks the person
const ACCURACY_METRES_MAX = 9999999;

/** @returns {Promise<GeolocationCoordinates | null>} */
function locate() {
  return new Promise((resolve) => {
    if (!navigator.geolocation) {
      resolve(null);
      return;
    }
    setTimeout(resolve, PATIENCE_MS, null);
    const found = ({ coords }) => resolve(Number.isFinite(coords.accuracy) ? coords : null);
    navigator.geolocation.getCurrentPosition(found, () => resolve(null), EXACT);
  });
}

/** @param {GeolocationCoordinates} coords @returns {number} whole metres that it may be wrong by */
function errorOf(coords) {
  return Math.min(Math.ceil(coords.accuracy), ACCURACY_METRES_MAX);
}

/** @param {GeolocationCoordinates} coords @param {string} comma @returns {string} */
function pairOf(coords, comma) {
  return [coords.latitude, coords.longitude].map((each) => each.toFixed(6)).join(comma);
}

/** @param {SubmitEvent} event of a form that wants the position first */
async function askFirst(event) {
  const [form, button] = [event.currentTarget, event.submitter];
  if (form.dataset.located !== undefined) {
    return;
  }
  event.preventDefault();
  if (form.dataset.locating !== undefined) {
    return;
  }
  form.dataset.locating = "";
  form.querySelectorAll("[data-position-wait]").forEach((words) => (words.hidden = false));
  const coords = await locate();
  form.elements.position.value = coords ? `${pairOf(coords, ",")};${errorOf(coords)}` : "";
  form.dataset.located = "";
  form.requestSubmit(button);
}

/** Who comes back to the page may stand elsewhere by now. */
function forget() {
  document.querySelectorAll("form[data-position]").forEach((form) => {
    form.elements.position.value = "";
    delete form.dataset.located;
    delete form.dataset.locating;
    form.querySelectorAll("[data-position-wait]").forEach((words) => (words.hidden = true));
  });
}

/** @param {HTMLButtonElement} button */
function prepareButton(button) {
  const said = document.getElementById(button.getAttribute("aria-describedby"));
  button.hidden = !navigator.geolocation;
  button.addEventListener("click", async () => {
    button.setAttribute("aria-busy", "true");
    const coords = await locate();
    button.removeAttribute("aria-busy");
    if (coords) {
      document.getElementById(button.dataset.locate).value = pairOf(coords, ", ");
    }
    const { foundText, failedText } = button.dataset;
    said.textContent = coords ? foundText.replace("{metres}", errorOf(coords)) : failedText;
  });
}

/** @param {ParentNode} root */
export function attach(root) {
  root.querySelectorAll("form[data-position]").forEach((form) => form.addEventListener("submit", askFirst));
  root.querySelectorAll("[data-locate][hidden]").forEach(prepareButton);
  window.addEventListener("pageshow", (event) => event.persisted && forget());
}
