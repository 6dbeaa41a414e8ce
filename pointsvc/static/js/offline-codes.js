/**
 * What can be said of a code without the server: whether it looks like one of a person. The seal is
 * the server's to check; only what could never count is refused here, while the person stands there.
 * Tells apart as kernel/codes.py does: 15 or 23 signs of Crockford's base32, of which the first
 * three bits are the kind, or the 8 digits that a phone shows.
 */

const LENGTHS = { 1: 15, 2: 15, 3: 23, 4: 23, 5: 15 };
const PERSONS = new Set([1, 3]); // a card, a phone's code
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const READ_MAX = 500;

/** @param {string} text a URL or a bare token, as a camera, a gun or a finger gives it @returns {string} */
export function normalise(text) {
  const plain = text.trim().slice(0, READ_MAX).normalize("NFKC").replace(/[、\\]/g, "/");
  const path = plain.replace(/[?#].*/s, "").replace(/[/ ]+$/, "");
  return path.slice(path.lastIndexOf("/") + 1).replace(/[^\p{L}\p{N}]/gu, "").toUpperCase();
}

/** @param {string} token normalised @returns {"person" | "digits" | "other" | "malformed"} */
export function kindOf(token) {
  if (/^\d{8}$/.test(token)) {
    return "digits";
  }
  const first = ALPHABET.indexOf(token.replace(/^O/, "0").replace(/^[IL]/, "1").charAt(0));
  const kind = first >> 2;
  if (!/^[0-9A-TV-Z]+$/.test(token) || LENGTHS[kind] !== token.length) {
    return "malformed";
  }
  return PERSONS.has(kind) ? "person" : "other";
}
