/** The stepper: minus and plus beside a number; without scripts only the number is there. */

/** @param {HTMLElement} stepper */
function prepare(stepper) {
  const input = stepper.querySelector("input");
  const buttons = [...stepper.querySelectorAll("[data-step]")];
  const bound = (name, otherwise) => (input[name] === "" ? otherwise : Number(input[name]));
  const clamp = (value) => Math.min(bound("max", Infinity), Math.max(bound("min", 0), value));
  const update = () => {
    for (const button of buttons) {
      const next = Number(input.value) + Number(button.dataset.step);
      button.disabled = clamp(next) !== next;
    }
  };
  for (const button of buttons) {
    button.hidden = false;
    button.addEventListener("click", () => {
      input.value = String(clamp(Number(input.value) + Number(button.dataset.step)));
      input.dispatchEvent(new Event("input", { bubbles: true }));
      input.dispatchEvent(new Event("change", { bubbles: true }));
    });
  }
  input.addEventListener("input", update);
  stepper.dataset.ready = "";
  update();
}

/** @param {ParentNode} root */
export function attach(root) {
  root.querySelectorAll("[data-stepper]:not([data-ready])").forEach(prepare);
}
