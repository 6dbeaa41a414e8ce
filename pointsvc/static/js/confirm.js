/**
 * A question before a deed that is hard to undo. Without scripts the form holds a fold (<details>)
 * that opens to the question and the button; here the fold becomes a button and a dialog. What the
 * form has beside it must be right before the dialog opens, and Enter asks, too.
 */

let count = 0;

/**
 * @param {HTMLElement} body question, fields and actions of the fold
 * @returns {HTMLDialogElement}
 */
function dialogFor(body) {
  const dialog = document.createElement("dialog");
  dialog.className = "dialog confirm-body";
  dialog.append(...body.childNodes);
  const question = dialog.querySelector(".confirm-question");
  question.id = `confirm-question-${(count += 1)}`;
  dialog.setAttribute("aria-labelledby", question.id);
  const cancel = document.createElement("button");
  cancel.type = "button";
  cancel.className = "button button-quiet";
  cancel.dataset.cancel = "";
  cancel.textContent = body.dataset.cancelText;
  cancel.addEventListener("click", () => dialog.close());
  dialog.querySelector(".actions:last-child").append(cancel);
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) {
      dialog.close();
    }
  });
  return dialog;
}

/** @param {HTMLFormElement} form */
function prepare(form) {
  const fold = form.querySelector(".confirm-fold");
  const summary = fold.querySelector("summary");
  const opener = document.createElement("button");
  opener.type = "button";
  opener.className = summary.className;
  opener.append(...summary.childNodes);
  opener.setAttribute("aria-haspopup", "dialog");
  const dialog = dialogFor(fold.querySelector("[data-confirm-body]"));
  const others = () => [...form.elements].filter((control) => !dialog.contains(control));
  const open = () => {
    if (!others().every((control) => control.reportValidity())) {
      return;
    }
    dialog.showModal();
    dialog.querySelector("input, textarea, select, [data-cancel]").focus();
  };
  opener.addEventListener("click", open);
  form.addEventListener("submit", (event) => {
    if (!dialog.open) {
      event.preventDefault();
      open();
    }
  });
  fold.replaceWith(opener, dialog);
  form.dataset.ready = "";
  if (dialog.querySelector("[aria-invalid]")) {
    open();
  }
}

/** @param {ParentNode} root */
export function attach(root) {
  if (typeof HTMLDialogElement === "function") {
    root.querySelectorAll("form[data-confirm]:not([data-ready])").forEach(prepare);
  }
}
