/** A code was read, by whatever eye: tell the page, and by default fill the field and send it. */

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
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  if (!("keepForm" in box.dataset)) {
    field.form?.requestSubmit();
  }
}
