/**
 * Whose unsent scans this browser may show and send: the person last seen signed in here, by an id
 * that the server made (<html data-owner>). A page of nobody's (sign-in, an error) changes nothing:
 * a leader whose visit ended on the plot goes on scanning; signing out forgets (sign-out.js).
 */

const KEY = "offline-owner";

/** @returns {Storage | null} null where the browser keeps nothing; then nothing waits there either */
function memory() {
  try {
    return localStorage;
  } catch {
    return null;
  }
}

/** @returns {string} "" where nobody is known */
export function owner() {
  return memory()?.getItem(KEY) ?? "";
}

/** @param {string} id "" for somebody who scans nobody */
export function remember(id) {
  memory()?.setItem(KEY, id);
}

export function forget() {
  memory()?.removeItem(KEY);
}

/** What this page says of who is signed in. */
export function attach() {
  const { owner: id } = document.documentElement.dataset;
  if (id !== undefined && id !== owner()) {
    remember(id);
  }
}
