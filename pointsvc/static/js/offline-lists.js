/** What the offline page says: of the last scan, of what waits, needs a person, was answered. */
import { owner } from "./offline-owner.js";
import * as store from "./offline-store.js";

const SHOWN = 30;
const TAIL = 5;
const SENT_AT = "offline-sent-at";
const KINDS = { accepted: "good", provisional: "wait", held: "wait", refused: "bad" };
const HERE = { hour: "2-digit", minute: "2-digit", hour12: false };

/** @param {string | number} at @returns {string} 09:05, with the day where it is another */
function clock(at) {
  const moment = new Date(at);
  const isToday = moment.toDateString() === new Date().toDateString();
  return moment.toLocaleString([], isToday ? HERE : { ...HERE, month: "2-digit", day: "2-digit" });
}

export class OfflineLists {
  /** @param {HTMLElement} box @param {() => void} send */
  constructor(box, send) {
    this.box = box;
    this.send = send;
    this.place = box.querySelector("#verdict");
    this.names = new Map(); // of this page's answers only: kept nowhere
    this.last = null;
  }

  /** Say it in large, where a thumb on the camera does not hide it. @param {HTMLElement} piece */
  put(piece) {
    this.place.replaceChildren(piece);
    this.place.scrollIntoView({ block: "start" });
  }

  /** @param {string} name @param {object} words by slot @returns {HTMLElement} a copy of a template */
  piece(name, words = {}) {
    const piece = this.box.querySelector(`template[data-piece="${name}"]`).content.firstElementChild.cloneNode(true);
    for (const slot of piece.querySelectorAll("[data-slot]")) {
      const text = words[slot.dataset.slot] ?? "";
      slot.textContent = text;
      slot.hidden = text === "";
    }
    return piece;
  }

  /** @param {string} name @returns {string} one of the server's words */
  word(name) {
    return this.box.querySelector("template[data-words]").content.querySelector(`[data-word="${name}"]`).textContent;
  }

  /** @param {object} scan or answer @returns {string} what a person can tell it by */
  sign({ code, claimed_at: at }) {
    return `${clock(at)} · …${code.slice(-TAIL)}`;
  }

  /** @param {"malformed" | "other" | "digits" | "unstored"} name */
  say(name) {
    this.last = null;
    this.put(this.piece(name));
  }

  /** @param {object} scan */
  sayKept(scan) {
    this.last = scan.scan_id;
    this.put(this.piece("kept", { word: this.word(`kept-${scan.direction}`), note: this.sign(scan) }));
  }

  /** @param {string} token @param {() => void} again */
  ask(token, again) {
    this.last = null;
    const question = this.piece("again", { note: `…${token.slice(-TAIL)}` });
    question.querySelector("[data-yes]").addEventListener("click", again);
    question.querySelector("[data-no]").addEventListener("click", () => this.place.replaceChildren());
    this.put(question);
    question.querySelector("[data-no]").focus();
  }

  /** @param {object[]} results as the server gave them; the last scan's answer takes its place */
  hear(results) {
    for (const { scan_id: id, member } of results) {
      this.names.set(id, member?.name ?? "");
    }
    const mine = results.find((result) => result.scan_id === this.last);
    if (mine) {
      this.last = null;
      this.answered = mine.scan_id;
    }
  }

  /** @param {string} owner */
  async show(owner) {
    const [unsent, answers] = await Promise.all([store.unsent(owner), store.answers(owner)]);
    const troubled = unsent.filter((item) => item.trouble);
    const refused = answers.filter((answer) => answer.verdict === "refused" && !answer.seen);
    this.count("waiting", unsent.length - troubled.length);
    this.box.querySelector("[data-send]").hidden = unsent.length === troubled.length;
    this.count("trouble", troubled.length + refused.length);
    this.count("sent", answers.length);
    for (const kind of ["good", "wait", "bad"]) {
      this.count(kind, answers.filter((answer) => KINDS[answer.verdict] === kind).length);
    }
    this.fill("trouble", [...troubled.map((item) => this.troubled(item)), ...refused.map((answer) => this.refused(answer))]);
    const read = answers.filter((answer) => !refused.includes(answer)).slice(0, SHOWN);
    this.fill("answers", read.map((answer) => this.piece(this.kind(answer), this.words(answer))));
    this.fill("waiting", unsent.filter((item) => !item.trouble).map((item) => this.waiting(item)));
    this.sayAnswer(answers.find((answer) => answer.scan_id === this.answered));
  }

  /** @param {object | undefined} answer of the scan that is said in large */
  sayAnswer(answer) {
    this.answered = null;
    if (answer) {
      this.place.replaceChildren(this.piece(`said-${KINDS[answer.verdict]}`, this.words(answer)));
    }
  }

  count(name, number) {
    this.box.querySelectorAll(`[data-count="${name}"]`).forEach((place) => (place.textContent = String(number)));
  }

  /**
   * What a person has opened stays open, or their tap would land on a question that is gone.
   * @param {string} name @param {HTMLElement[]} pieces
   */
  fill(name, pieces) {
    const list = this.box.querySelector(`[data-list="${name}"]`);
    const open = [...list.querySelectorAll("[data-scan] details[open]")];
    const opened = new Set(open.map((one) => one.closest("[data-scan]").dataset.scan));
    list.replaceChildren(...pieces);
    for (const piece of pieces.filter((one) => opened.has(one.dataset.scan))) {
      piece.querySelector("details").open = true;
    }
    this.box.querySelector(`[data-part="${name}"]`).hidden = pieces.length === 0;
  }

  kind({ verdict }) {
    return `answer-${KINDS[verdict]}`;
  }

  words(answer) {
    const { verdict, direction, points, message } = answer;
    const word = this.word(verdict === "accepted" ? `accepted-${direction}` : verdict);
    const name = this.names.get(answer.scan_id) ?? "";
    return { name, word, points: points ? `+${points}` : "", why: message ?? "", note: this.sign(answer) };
  }

  waiting({ body }) {
    return this.piece("waiting", { word: this.word(`way-${body.direction}`), note: this.sign(body) });
  }

  /** A scan that the server refused and keeps: to be read. */
  refused(answer) {
    const piece = this.piece("refused", this.words(answer));
    this.onTap(piece, "[data-seen]", () => store.markSeen(answer), answer.owner);
    return piece;
  }

  /** A scan that the server would not take: it stays here until a person has seen to it. */
  troubled(item) {
    const { body, trouble } = item;
    const why = `${trouble.message} (${trouble.reason})`;
    const piece = this.piece("troubled", { why, word: this.word(`way-${body.direction}`), note: this.sign(body) });
    piece.dataset.scan = item.scan_id;
    this.onTap(piece, "[data-retry]", () => store.setTrouble(item, null).then(this.send), item.owner);
    this.onTap(piece, "[data-give-up]", () => store.giveUp(item.scan_id), item.owner);
    return piece;
  }

  onTap(piece, button, work, owner) {
    piece.querySelector(button).addEventListener("click", () => work().then(() => this.show(owner)));
  }

  /** @param {string} outcome when it was last heard from the server, and how it went */
  noteOutcome(outcome) {
    const key = `${SENT_AT}:${owner()}`;
    if (outcome === "done") {
      localStorage.setItem(key, String(Date.now()));
    }
    const at = Number(localStorage.getItem(key));
    const place = this.box.querySelector("[data-sent-at]");
    place.textContent = at ? clock(at) : "—";
    this.box.querySelector('[data-notice="unreached"]').hidden = !["offline", "busy"].includes(outcome) || !navigator.onLine;
  }
}
