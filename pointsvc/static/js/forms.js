/**
 * Small services of forms: one submission for two taps, fields that submit by themselves
 * (data-autosubmit) or are emptied after an answer (data-clear-after), a password that can be shown,
 * the list of mistakes that is read first.
 */

const SECOND_TAP_MS = 10000;
let attached = false;

/**
 * A second tap within ten seconds is the same wish, not a second deed. The server's idempotency
 * key is what holds; this only spares a person the error page.
 * @param {SubmitEvent} event
 */
function guardSecondTap(event) {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) {
    return;
  }
  const sentAt = Number(form.dataset.sentAt ?? -Infinity);
  if (performance.now() - sentAt < SECOND_TAP_MS) {
    event.preventDefault();
    event.stopPropagation();
    return;
  }
  form.dataset.sentAt = String(performance.now());
  event.submitter?.setAttribute("aria-busy", "true");
}

/** @param {HTMLFormElement} form which may be sent again */
function release(form) {
  delete form.dataset.sentAt;
  form.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
}

/**
 * Fields with data-clear-after are ready for the next person once the server has answered.
 * @param {HTMLFormElement} form
 * @param {boolean} answered
 */
function empty(form, answered) {
  const field = answered && form.querySelector("[data-clear-after]");
  if (field) {
    field.value = "";
  }
}

/** @param {HTMLElement} button beside a password */
function prepareReveal(button) {
  const input = document.getElementById(button.getAttribute("aria-controls"));
  const [show, hide] = [button.textContent, button.dataset.hideText];
  button.hidden = false;
  button.setAttribute("aria-pressed", "false");
  button.addEventListener("click", () => {
    const shown = input.type === "password";
    input.type = shown ? "text" : "password";
    button.textContent = shown ? hide : show;
    button.setAttribute("aria-pressed", String(shown));
    input.focus();
  });
}

/** @param {ParentNode} root */
export function attach(root) {
  root.querySelectorAll("[data-reveal-button][hidden]").forEach(prepareReveal);
  root.querySelector("[data-focus-first]")?.focus();
  if (attached) {
    return;
  }
  attached = true;
  document.addEventListener("submit", guardSecondTap, true);
  window.addEventListener("submit", (event) => {
    if (event.defaultPrevented && !event.target.matches("[hx-post]")) {
      release(event.target); // a script of the page took it over
    }
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.target.closest?.("form");
    if (form) {
      release(form);
      empty(form, event.detail.successful);
    }
  });
  window.addEventListener("pageshow", () => document.querySelectorAll("form").forEach(release));
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-autosubmit]")) {
      event.target.form?.requestSubmit();
    }
  });
}
