/**
 * A code was read, by whatever eye: tell the page, and by default fill the field and send its form.
 * In a queue of people the next code may come before the last answer: it waits its turn.
 */

const queues = new WeakMap();

/** @param {HTMLFormElement} form @returns {boolean} whether an answer is still on its way */
const isWaiting = (form) => form.matches("[hx-post]") && "sentAt" in form.dataset;

/** @param {HTMLInputElement} field @param {string} text */
function send(field, text) {
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.form.requestSubmit();
}

/** @param {HTMLInputElement} field @param {string} text */
function sendInTurn(field, text) {
  const { form } = field;
  const queue = queues.get(form);
  if (queue) {
    queue.push(text);
    return;
  }
  if (!isWaiting(form)) {
    send(field, text);
    return;
  }
  queues.set(form, [text]);
  const next = () => {
    const waiting = queues.get(form);
    queues.delete(form);
    // The answer may have brought another form in its place.
    waiting.forEach((one) => sendInTurn(document.getElementById(field.id) || field, one));
  };
  // After the other listeners have released the form and emptied its field.
  form.addEventListener("htmx:afterRequest", () => setTimeout(next), { once: true });
}

/**
 * @param {HTMLElement} box the element with data-scanner or data-wedge
 * @param {string} text what the code holds
 * @param {"camera" | "photo" | "wedge"} source
 */
export function announce(box, text, source) {
  const event = new CustomEvent("code-scanned", {
    bubbles: true,
    cancelable: true,
    detail: { text, source },
  });
  const field = box.dataset.targetField && document.querySelector(box.dataset.targetField);
  if (!box.dispatchEvent(event) || !field) {
    return;
  }
  if (field.form && !("keepForm" in box.dataset)) {
    sendInTurn(field, text);
  } else {
    field.value = text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    // What was said of the person before is not this one's.
    document.querySelector(".verdict-place")?.replaceChildren();
    field.form?.querySelector("[data-after-code]")?.focus();
  }
}
