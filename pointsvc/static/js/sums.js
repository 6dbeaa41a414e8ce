/** A sum said while its numbers are typed; without scripts it stays hidden. */

/** @param {HTMLElement} shown its `data-sum` selects the form's numbers, a child `[data-sum-value]` says it */
function prepare(shown) {
  const form = shown.closest("form");
  const update = () => {
    const numbers = [...form.querySelectorAll(shown.dataset.sum)].map((input) => Number(input.value));
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
