/** Print buttons: <button data-print>. Hidden by the sheet of styles on paper itself. */

let attached = false;

export function attach() {
  if (attached) {
    return;
  }
  attached = true;
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) {
      window.print();
    }
  });
}
