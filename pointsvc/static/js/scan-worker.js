/**
 * Reads codes off the page's own thread. A classic worker: its reply carries its own policy
 * (script-src 'self' 'wasm-unsafe-eval'), so no page needs one. It loads our own files only.
 *
 * In: {id, image: ImageData | Blob, formats: string[]}. Out: {id, text: string | null} or
 * {id, error}. First of all {ready: true} or {broken: reason}.
 */
/* global importScripts, ZXingWASM */
"use strict";

importScripts("../vendor/zxing-wasm/zxing-reader.js");

ZXingWASM.prepareZXingModule({
  overrides: {
    locateFile: (name) => new URL(`../vendor/zxing-wasm/${name}`, self.location.href).href,
  },
  fireImmediately: true,
}).then(
  () => self.postMessage({ ready: true }),
  (reason) => self.postMessage({ broken: String(reason) }),
);

self.addEventListener("message", async ({ data: { id, image, formats } }) => {
  try {
    const found = await ZXingWASM.readBarcodes(image, {
      formats,
      tryHarder: true,
      maxNumberOfSymbols: 1,
    });
    const valid = found.find((symbol) => symbol.isValid);
    self.postMessage({ id, text: valid ? valid.text : null });
  } catch (error) {
    self.postMessage({ id, error: String(error) });
  }
});
