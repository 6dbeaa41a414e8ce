/** Menus are <details data-menu>; a tap elsewhere or Escape closes them. */

let attached = false;

/** @param {Element | null} except a menu that stays open */
function closeAll(except) {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (menu !== except) {
      menu.open = false;
    }
  }
}

export function attach() {
  if (attached) {
    return;
  }
  attached = true;
  document.addEventListener("click", (event) => {
    closeAll(event.target.closest("details[data-menu]"));
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      const open = document.querySelector("details[data-menu][open]");
      closeAll(null);
      open?.querySelector("summary").focus();
    }
  });
}
