/**
 * The page that works without network (<section data-offline-page>): scans are kept first, then
 * sent; what the server says comes back into the lists. Words are the server's, in the template.
 */
import { newId } from "./ids.js";
import { kindOf, normalise } from "./offline-codes.js";
import { OfflineLists } from "./offline-lists.js";
import { owner } from "./offline-owner.js";
import { OfflineShifts } from "./offline-shifts.js";
import * as store from "./offline-store.js";
import { keepPage, upload } from "./offline-upload.js";

const ASK_AGAIN_MS = 30000;
const PAUSES_S = [5, 15, 60, 300];
const NO_ANSWER = new Set(["offline", "busy"]);

class OfflinePage {
  /** @param {HTMLElement} box */
  constructor(box) {
    this.box = box;
    this.form = box.querySelector("form");
    this.lists = new OfflineLists(box, () => this.send());
    this.shifts = new OfflineShifts(this.form);
    this.seen = new Map();
    this.tries = 0;
    box.dataset.ready = "";
  }

  async begin() {
    this.form.addEventListener("submit", (event) => this.onSubmit(event));
    this.box.querySelector("[data-send]").addEventListener("click", () => this.send());
    window.addEventListener("online", () => this.send());
    window.addEventListener("offline", () => this.showNet());
    window.addEventListener("storage", () => this.show().catch(() => {}));
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.send());
    this.notice("wechat", /MicroMessenger/i.test(navigator.userAgent));
    keepPage().then((isKept) => this.notice("unkept", !isKept));
    this.showNet();
    try {
      await store.tidy();
      await this.show();
      this.form.hidden = false;
    } catch {
      this.notice("storage", true);
      return;
    }
    navigator.storage?.persist?.().catch(() => {});
    this.send();
  }

  /** @param {string} name @param {boolean} isTrue */
  notice(name, isTrue) {
    this.box.querySelector(`[data-notice="${name}"]`).hidden = !isTrue;
  }

  showNet() {
    for (const words of this.box.querySelectorAll("[data-net]")) {
      words.hidden = (words.dataset.net === "on") !== navigator.onLine;
    }
  }

  async show() {
    const id = owner();
    this.notice("unknown", !id && this.outcome !== "forbidden");
    this.form.inert = !id;
    this.shifts.show(await store.duties(id));
    await this.lists.show(id);
  }

  /** @param {SubmitEvent} event */
  async onSubmit(event) {
    event.preventDefault();
    if (!owner()) {
      await this.show(); // signed out in another tab: nobody's scan would be seen by nobody
      return;
    }
    const { code } = this.form.elements;
    const token = normalise(code.value);
    code.value = "";
    const kind = kindOf(token);
    // Digits live for a minute and nobody can find them later.
    const isLost = kind === "digits" && !navigator.onLine;
    const way = `${token} ${this.shifts.direction}`;
    if (isLost || kind === "other" || kind === "malformed") {
      this.lists.say(kind);
    } else if (Date.now() - (this.seen.get(way) ?? -Infinity) < ASK_AGAIN_MS) {
      this.lists.ask(token, () => this.keep(token, way));
    } else {
      await this.keep(token, way);
    }
  }

  /** @param {string} token @param {string} way */
  async keep(token, way) {
    const claimed = this.shifts.now().toISOString();
    const scan = { scan_id: newId(), code: token, claimed_at: claimed, ...this.shifts.chosen() };
    try {
      await store.add(owner(), scan);
    } catch {
      this.lists.say("unstored");
      return;
    }
    this.seen.set(way, Date.now());
    this.lists.sayKept(scan);
    await this.lists.show(owner());
    this.send();
  }

  /** Send now; what could not be sent is tried again, later each time, and at every occasion. */
  async send() {
    this.showNet();
    clearTimeout(this.timer);
    if (this.sending) {
      this.again = true;
      return;
    }
    this.sending = true;
    const outcome = await upload((results) => this.lists.hear(results)).catch(() => "busy");
    this.sending = false;
    this.outcome = outcome;
    await this.show().catch(() => this.notice("storage", true));
    this.notice("signed_out", outcome === "signed_out");
    this.notice("forbidden", outcome === "forbidden");
    this.lists.noteOutcome(outcome);
    this.plan(outcome);
  }

  /** @param {string} outcome */
  plan(outcome) {
    if (this.again) {
      this.again = false;
      this.send();
      return;
    }
    this.tries = NO_ANSWER.has(outcome) ? this.tries + 1 : 0;
    if (this.tries) {
      const pause = PAUSES_S[Math.min(this.tries, PAUSES_S.length) - 1];
      this.timer = setTimeout(() => this.send(), pause * 1000);
    }
  }
}

/** @param {ParentNode} root */
export function attach(root) {
  root.querySelectorAll("[data-offline-page]:not([data-ready])").forEach((box) => new OfflinePage(box).begin());
}
