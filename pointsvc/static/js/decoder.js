/** The page's side of the worker: one picture in, one text out. */

const FORMATS = { qr: ["QRCode"], goods: ["QRCode", "EAN13", "EAN8", "UPCA", "UPCE", "Code128"] };
const PATIENCE_MS = 45000;

export class Decoder {
  /** @param {string} kind "qr" or "goods": what may lie before the camera */
  constructor(kind) {
    this.formats = FORMATS[kind] || FORMATS.qr;
    this.waiting = new Map();
    this.count = 0;
    this.worker = new Worker(new URL("./scan-worker.js", import.meta.url));
    /** Resolves when pictures can be read; rejects where the engine cannot run. */
    this.ready = new Promise((resolve, reject) => {
      this.resolveReady = resolve;
      this.rejectReady = reject;
      setTimeout(() => reject(new Error("slow")), PATIENCE_MS);
    });
    this.ready.catch(() => {});
    this.worker.addEventListener("message", ({ data }) => this.hear(data));
    this.worker.addEventListener("error", () => this.rejectReady(new Error("worker")));
  }

  /** @param {{id?: number, text?: string | null, ready?: true, broken?: string}} data */
  hear(data) {
    if (data.ready) {
      this.resolveReady();
    } else if (data.broken) {
      this.rejectReady(new Error(data.broken));
    } else {
      this.waiting.get(data.id)?.(data.text ?? null);
      this.waiting.delete(data.id);
    }
  }

  /**
   * @param {ImageData | Blob} image
   * @returns {Promise<string | null>} what the first code in it holds
   */
  async read(image) {
    await this.ready;
    const id = (this.count += 1);
    const transfer = image instanceof ImageData ? [image.data.buffer] : [];
    return new Promise((resolve) => {
      this.waiting.set(id, resolve);
      this.worker.postMessage({ id, image, formats: this.formats }, transfer);
    });
  }
}

/**
 * The last resort, for browsers that cannot run the engine.
 * @param {string} url
 * @param {File} photo
 * @returns {Promise<string | null>} null where the server found no code either
 */
export async function askServer(url, photo) {
  const form = new FormData();
  form.append("photo", photo);
  const reply = await fetch(url, { method: "POST", body: form, headers: { Accept: "application/json" } });
  if (reply.status >= 500) {
    throw new Error(String(reply.status));
  }
  return reply.ok ? (await reply.json()).text : null;
}
