/**
 * The camera's box (<section data-scanner>, macro `scanner`): opens the camera, reads codes in a
 * worker, says how things stand in words that the server wrote, and falls back to a photo: read
 * here, then by the server (POST data-decode-url, multipart "photo" -> {"text": "…" | null}).
 */
import { announce } from "./code-scanned.js";
import { Camera, obstacle, stateOf } from "./camera.js";
import { Decoder, askServer } from "./decoder.js";
import { prepare as prepareSound, signal } from "./signal.js";

const SAME_CODE_MS = 3000;
const OUT_OF_SIGHT_MS = 700;
const SEEN_MS = 600;
const SAID_MS = 2000;
const OPENED = "scanner-opened";

class Scanner {
  /** @param {HTMLElement} box */
  constructor(box) {
    this.box = box;
    this.part = (name) => box.querySelector(`[data-${name}]`);
    this.camera = new Camera(this.part("video"));
    this.decoder = null;
    this.running = false;
    this.last = { text: "", at: -Infinity };
    box.dataset.ready = "";
    box.hidden = false;
    this.part("start").addEventListener("click", () => this.start());
    this.part("stop").addEventListener("click", () => this.stop());
    this.part("torch").addEventListener("click", () => this.toggleTorch());
    this.part("zoom").addEventListener("input", (event) => this.camera.set({ zoom: Number(event.target.value) }));
    this.part("photo").addEventListener("change", (event) => this.readPhoto(event.target));
    document.addEventListener("visibilitychange", () => this.onVisibility());
    box.addEventListener("code-scanned", () => signal());
    if ("autoStart" in box.dataset && sessionStorage.getItem(OPENED) && !obstacle()) {
      this.start();
    } else if (obstacle()) {
      this.refuse(obstacle());
    }
  }

  /** @param {string} name which of the server's sentences to show */
  say(name) {
    for (const words of this.box.querySelectorAll("[data-state]")) {
      words.hidden = words.dataset.state !== name;
    }
    this.box.dataset.now = name;
  }

  /** @param {string} state why the camera cannot be used */
  refuse(state) {
    this.say(state);
    const wechat = this.box.querySelector('[data-state="wechat"]');
    wechat.hidden = !/MicroMessenger/i.test(navigator.userAgent);
    this.part("start").hidden = state === "insecure";
  }

  engine() {
    this.decoder ??= new Decoder(this.box.dataset.formats);
    return this.decoder;
  }

  async start() {
    if (obstacle()) {
      this.refuse(obstacle());
      return;
    }
    prepareSound();
    this.say("starting");
    try {
      await this.camera.open();
    } catch (error) {
      this.refuse(stateOf(error));
      return;
    }
    sessionStorage.setItem(OPENED, "1");
    this.showStage(true);
    this.offerAbilities();
    this.engine().ready.then(() => this.say("ready"), () => this.giveUp());
    this.running = true;
    this.loop();
  }

  stop() {
    this.running = false;
    sessionStorage.removeItem(OPENED);
    this.camera.close();
    this.showStage(false);
    this.say("");
  }

  giveUp() {
    this.stop();
    this.refuse("engine");
  }

  /** @param {boolean} open whether the picture is shown */
  showStage(open) {
    this.part("stage").hidden = !open;
    this.part("stop").hidden = !open;
    this.part("start").hidden = open;
    if (!open) {
      this.part("torch").hidden = true;
      this.part("zoom-line").hidden = true;
    }
  }

  offerAbilities() {
    const { torch, zoom } = this.camera.abilities;
    this.part("torch").hidden = !torch;
    if (zoom && zoom.max > zoom.min) {
      Object.assign(this.part("zoom"), { min: zoom.min, max: zoom.max, step: zoom.step || 0.1, value: zoom.min });
      this.part("zoom-line").hidden = false;
    }
  }

  toggleTorch() {
    const button = this.part("torch");
    const lit = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(lit));
    this.camera.set({ torch: lit });
  }

  onVisibility() {
    if (document.visibilityState === "hidden" && this.running) {
      this.running = false;
      this.camera.close();
      this.paused = true;
    } else if (document.visibilityState === "visible" && this.paused) {
      this.paused = false;
      this.start();
    }
  }

  async loop() {
    while (this.running && this.box.isConnected) {
      const picture = this.camera.picture();
      const text = picture && (await this.decoder.read(picture).catch(() => null));
      if (text && this.running) {
        this.saw(text, "camera");
      }
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
    this.camera.close();
  }

  /** A code held before the lens is one reading; the same again within three seconds is said to be so. */
  saw(text, source) {
    const now = performance.now();
    const { text: before, at } = this.last;
    this.last = { text, at: now };
    if (text === before && now - at < SAME_CODE_MS) {
      if (now - at > OUT_OF_SIGHT_MS) {
        this.say("again");
      }
      return;
    }
    this.say("read");
    this.part("stage").dataset.seen = "";
    setTimeout(() => delete this.part("stage").dataset.seen, SEEN_MS);
    setTimeout(() => this.running && this.say("ready"), SAID_MS);
    announce(this.box, text, source);
  }

  /** @param {HTMLInputElement} input */
  async readPhoto(input) {
    const [photo] = input.files;
    if (!photo) {
      return;
    }
    prepareSound();
    this.say("looking");
    try {
      const text = (await this.engine().read(photo).catch(() => null)) ?? (await askServer(this.box.dataset.decodeUrl, photo));
      if (text) {
        this.last = { text: "", at: -Infinity };
        this.saw(text, "photo");
      } else {
        this.say("nothing");
      }
    } catch {
      this.say("failed");
    }
    input.value = "";
  }
}

/** @param {ParentNode} root */
export function attach(root) {
  root.querySelectorAll("[data-scanner]:not([data-ready])").forEach((box) => new Scanner(box));
}
