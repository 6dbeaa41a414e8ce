/**
 * A scanner gun that types. A burst of quick keys ended by Enter or Tab is a code, wherever the
 * cursor stands; slower typing is a person and is left alone. Under a Chinese input method keys
 * arrive as "Process": they are rebuilt from the place of the key (US layout, as guns type).
 */
import { announce } from "./code-scanned.js";

const LENGTH_MIN = 6;
const PAUSE_MS_MAX = 250; // a busy computer stalls; half a code must not pass for a whole one
const MEDIAN_GAP_MS_MAX = 45;
const REPEAT_MS = 1500;
const ENDS = new Set(["Enter", "NumpadEnter", "Tab"]);
const PLACES = {
  Minus: "-_", Equal: "=+", Period: ".>", Comma: ",<", Slash: "/?", Semicolon: ";:", Quote: "'\"",
  BracketLeft: "[{", BracketRight: "]}", Backslash: "\\|", Backquote: "`~", Space: "  ",
};
const SHIFTED_DIGITS = ")!@#$%^&*(";
let attached = false;
let keys = [];
let before = null;
let last = { text: "", at: -Infinity };

/**
 * @param {KeyboardEvent} event
 * @returns {string} the character of this key, "" for none
 */
export function character(event) {
  if (event.key.length === 1) {
    return event.key;
  }
  if (event.key !== "Process" && event.key !== "Unidentified") {
    return "";
  }
  const upper = event.shiftKey !== event.getModifierState("CapsLock");
  const [, letter, digit] = /^(?:Key([A-Z])|(?:Digit|Numpad)(\d))$/.exec(event.code) || [];
  if (letter) {
    return upper ? letter : letter.toLowerCase();
  }
  if (digit) {
    return event.shiftKey ? SHIFTED_DIGITS[Number(digit)] : digit;
  }
  return PLACES[event.code]?.[event.shiftKey ? 1 : 0] ?? "";
}

/** Forget the keys so far; remember what the field held before the next one. */
function begin() {
  const field = document.activeElement;
  keys = [];
  before = field && "value" in field && "select" in field ? { field, value: field.value } : null;
}

/** @returns {boolean} whether the keys so far came from a machine */
function isBurst() {
  const gaps = keys.slice(1).map((key, index) => key.at - keys[index].at);
  gaps.sort((a, b) => a - b);
  return keys.length >= LENGTH_MIN && gaps[gaps.length >> 1] <= MEDIAN_GAP_MS_MAX;
}

/** @returns {HTMLElement | null} the box that takes the code: that of the form in use, else the first */
function boxInUse() {
  const room = document.querySelector("dialog[open]") || document;
  const boxes = [...room.querySelectorAll("[data-wedge]")].filter((box) => !box.closest("dialog:not([open])"));
  const form = document.activeElement?.closest?.("form");
  return boxes.find((box) => form && (box.closest("form") === form || box === form)) || boxes[0] || null;
}

/**
 * What is typed into a PIN's field is a secret, however fast a pad types it: it goes nowhere else.
 * @param {EventTarget} field
 */
const isSecret = (field) => Boolean(field.matches?.('input[type="password"], [data-reveal]'));

/** Take the burst out of the field it fell into; leaving it ends an input method's composition. */
function restoreField() {
  if (before && before.field.isConnected) {
    before.field.blur();
    before.field.value = before.value;
    before.field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

/**
 * A gun whose trigger is held types a code twice; of goods two of a kind are two.
 * @param {HTMLElement} box
 * @param {string} text
 */
function isRepeat(box, text) {
  const again = text === last.text && performance.now() - last.at < REPEAT_MS;
  last = { text, at: performance.now() };
  return again && box.dataset.formats !== "goods";
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || event.key === "Shift") {
    return;
  }
  if (isSecret(event.target)) {
    keys = [];
    return;
  }
  const previous = keys[keys.length - 1];
  if (!previous || event.timeStamp - previous.at > PAUSE_MS_MAX) {
    begin();
  }
  if (ENDS.has(event.key) || ENDS.has(event.code)) {
    finish(event);
    return;
  }
  const typed = character(event);
  if (typed) {
    keys.push({ typed, at: event.timeStamp });
  } else {
    begin();
  }
}

/** @param {KeyboardEvent} event the Enter or Tab at the end */
function finish(event) {
  const box = isBurst() && boxInUse();
  const text = keys.map((key) => key.typed).join("").normalize("NFKC").trim();
  if (box && text) {
    event.preventDefault();
    event.stopPropagation();
    restoreField();
    if (!isRepeat(box, text)) {
      announce(box, text, "wedge");
    }
  }
  keys = [];
}

export function attach() {
  if (!attached) {
    attached = true;
    document.addEventListener("keydown", onKey, true);
  }
}
