/** Ids made by the page before it sends (RFC 9562): version 7, time first; version 4, random alone. */

/** @param {Uint8Array} bytes @param {number} version @returns {string} */
function written(bytes, version) {
  bytes[6] = (bytes[6] & 0x0f) | (version << 4);
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** @returns {string} */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const now = Date.now();
  for (let place = 0; place < 6; place += 1) {
    bytes[place] = Math.floor(now / 2 ** (8 * (5 - place))) % 256;
  }
  return written(bytes, 7);
}

/** @returns {string} for what is made once and kept; crypto.randomUUID needs https */
export function randomId() {
  return written(crypto.getRandomValues(new Uint8Array(16)), 4);
}
