/**
 * Small services of forms: one submission for two taps, fields that submit by themselves
 * (data-autosubmit), are emptied after an answer (data-clear-after) or hold the id of one deed
 * (data-new-id), words for when no answer came (data-no-answer), a password that can be shown, the list of mistakes that is read first.
 */
import { newId } from "./ids.js";

const SECOND_TAP_MS = 10000;
const sent = new WeakMap();
const unanswered = new WeakMap();
let attached = false;

/**
 * @param {HTMLFormElement} form
 * @param {HTMLElement | null} button
 * @returns {string} what would be sent
 */
function contentOf(form, button) {
  const fields = [...new FormData(form)].map(([name, value]) => [name, value.name ?? value]);
  return JSON.stringify([fields, button?.name, button?.value]);
}

/**
 * The same again within ten seconds is a second tap, not a second deed. The server's idempotency
 * key is what holds; this only spares a person the error page.
 * @param {SubmitEvent} event
 */
function guardSecondTap(event) {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) {
    return;
  }
  const content = contentOf(form, event.submitter);
  const sentAt = Number(form.dataset.sentAt ?? -Infinity);
  if (content === sent.get(form) && performance.now() - sentAt < SECOND_TAP_MS) {
    event.preventDefault();
    event.stopPropagation();
    return;
  }
  sent.set(form, content);
  form.dataset.sentAt = String(performance.now());
  event.submitter?.setAttribute("aria-busy", "true");
}

/** @param {HTMLFormElement} form which may be sent again */
function release(form) {
  delete form.dataset.sentAt;
  form.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
}

/** @param {HTMLFormElement} form @returns {string} whose turn it is: what the emptied fields hold */
function turnOf(form) {
  return [...form.querySelectorAll("[data-clear-after]")].map((field) => field.value).join("\n");
}

/** @param {HTMLFormElement} form */
function renewIds(form) {
  form.querySelectorAll("[data-new-id]").forEach((field) => (field.value = newId()));
}

/**
 * Nobody knows whether a deed without an answer happened. The same code again is that deed again;
 * the next person's code is another one and must not come under the old one's id.
 * @param {SubmitEvent} event
 */
function keepDeedsApart(event) {
  const form = event.target;
  if (unanswered.has(form) && unanswered.get(form) !== turnOf(form)) {
    renewIds(form);
  }
  unanswered.delete(form);
}

/**
 * Once the server has answered, the form is ready for the next person: an empty field, a new id.
 * Without an answer both stay, and a second try is the same deed.
 * @param {HTMLFormElement} form
 * @param {boolean} answered
 */
function makeReady(form, answered) {
  form.querySelectorAll("[data-no-answer]").forEach((words) => (words.hidden = answered));
  if (answered) {
    form.querySelectorAll("[data-clear-after]").forEach((field) => (field.value = ""));
    renewIds(form);
  } else {
    unanswered.set(form, turnOf(form));
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
  document.addEventListener("submit", keepDeedsApart, true);
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
      makeReady(form, event.detail.successful);
    }
  });
  window.addEventListener("pageshow", () => document.querySelectorAll("form").forEach(release));
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-autosubmit]")) {
      event.target.form?.requestSubmit();
    }
  });
}
