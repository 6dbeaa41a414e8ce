/** A sum said while its numbers are typed; without scripts it stays hidden. A mark that is whole needs no reason. */

/** @param {HTMLElement} shown its `data-sum` selects the form's numbers, a child `[data-sum-value]` says it */
function prepare(shown) {
  const form = shown.closest("form");
  const update = () => {
    const inputs = [...form.querySelectorAll(shown.dataset.sum)];
    const numbers = inputs.map((input) => Number(input.value));
    inputs.forEach((input) => {
      const line = input.closest(".mark-line");
      const why = line?.querySelector("input:not([type='number'])");
      line?.classList.toggle("mark-whole", input.value === input.max && !why?.value);
    });
    shown.querySelector("[data-sum-value]").textContent = String(numbers.reduce((a, b) => a + b, 0));
  };
  form.addEventListener("input", update);
  shown.dataset.ready = "";
  shown.hidden = false;
  update();
}

/** @param {ParentNode} root */
export function attach(root) {
  root.querySelectorAll("[data-sum]:not([data-ready])").forEach(prepare);
}
