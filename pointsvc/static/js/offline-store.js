/**
 * What a phone keeps while there is no network (IndexedDB): scans that wait, answers that came,
 * shifts. Everything belongs to an owner and is found by the owner alone.
 *
 * waiting: {scan_id, owner, counter, body, trouble: null | {reason, message}}; `body` is what is
 *   sent, made once and never changed, so that every try is the same scan.
 * answers: {scan_id, owner, answered_at, code, direction, claimed_at, verdict, reason, message,
 *   points, seen}; no names: who lends the phone lends no list of neighbours.
 */
import { openDB } from "../vendor/idb/idb.js";
import { randomId } from "./ids.js";

const NAME = "offline-scans";
const DAY_MS = 24 * 3600 * 1000;
const KEPT_MS = 7 * DAY_MS;
/** Refusals that leave no row in the books: the scan stays here until a person has seen to it. */
const NO_ROW = new Set(["scan.id_reused", "not_found", "forbidden"]);
const VERDICTS = new Set(["accepted", "provisional", "held", "refused"]);
let opened = null;

function database() {
  opened ??= openDB(NAME, 1, {
    upgrade(db) {
      db.createObjectStore("waiting", { keyPath: "scan_id" }).createIndex("owner", ["owner", "counter"]);
      db.createObjectStore("answers", { keyPath: "scan_id" }).createIndex("owner", ["owner", "answered_at"]);
      db.createObjectStore("installations", { keyPath: "owner" });
      db.createObjectStore("duties", { keyPath: "owner" });
    },
    blocking: (_current, _wanted, event) => event.target.close(),
    terminated: () => (opened = null),
  }).catch((reason) => {
    opened = null;
    throw reason;
  });
  return opened;
}

/** @param {string} owner @returns {IDBKeyRange} everything of one owner, in order */
const all = (owner) => IDBKeyRange.bound([owner], [owner, []]);

/**
 * Keep a scan. The counter grows in the transaction that keeps it, so no number is skipped or used
 * twice; it counts for this owner on this phone. Resolves when it is on the disk.
 * @param {string} owner
 * @param {object} scan what is sent, without device_id and device_counter
 */
export async function add(owner, scan) {
  const db = await database();
  const work = db.transaction(["installations", "waiting"], "readwrite", { durability: "strict" });
  const here = (await work.objectStore("installations").get(owner)) ?? { owner, device_id: randomId(), counter: 0 };
  const counter = here.counter + 1;
  const body = { ...scan, device_id: here.device_id, device_counter: counter };
  await work.objectStore("installations").put({ ...here, counter });
  await work.objectStore("waiting").add({ scan_id: scan.scan_id, owner, counter, body, trouble: null });
  await work.done;
}

/** @param {string} owner @returns {Promise<object[]>} everything unsent, in the order of scanning */
export async function unsent(owner) {
  return owner ? (await database()).getAllFromIndex("waiting", "owner", all(owner)) : [];
}

/** @param {string} owner @returns {Promise<object[]>} what can be sent now */
export async function waiting(owner) {
  return (await unsent(owner)).filter((each) => !each.trouble);
}

/** @param {string} owner @returns {Promise<object[]>} the latest first */
export async function answers(owner) {
  return owner ? (await (await database()).getAllFromIndex("answers", "owner", all(owner))).reverse() : [];
}

/** @param {object} item @param {object} result */
function answerOf({ scan_id, owner, body }, result) {
  const { code, direction, claimed_at } = body;
  const { verdict, reason, message, award_points: points } = result;
  return { scan_id, owner, answered_at: Date.now(), code, direction, claimed_at, verdict, reason, message, points, seen: false };
}

/**
 * Put the server's answers in the place of the scans. A scan leaves the queue only with an answer
 * that the books remember; the others stay, with their trouble.
 * @param {object[]} items which were sent
 * @param {object[]} results of the server
 * @returns {Promise<number>} how many were answered
 */
export async function settle(items, results) {
  const found = new Map(results.map((result) => [result.scan_id, result]));
  const work = (await database()).transaction(["waiting", "answers"], "readwrite", { durability: "strict" });
  const [queue, book] = [work.objectStore("waiting"), work.objectStore("answers")];
  const answered = items.filter((item) => VERDICTS.has(found.get(item.scan_id)?.verdict));
  const writes = answered.flatMap((item) => {
    const result = found.get(item.scan_id);
    const { reason, message } = result;
    return NO_ROW.has(reason)
      ? [queue.put({ ...item, trouble: { reason, message } })]
      : [book.put(answerOf(item, result)), queue.delete(item.scan_id)];
  });
  await Promise.all([...writes, work.done]);
  return answered.length;
}

/** @param {object} item @param {{reason: string, message: string} | null} trouble null: try again */
export async function setTrouble(item, trouble) {
  await (await database()).put("waiting", { ...item, trouble });
}

/** A person decided that this unsent scan is to be given up. @param {string} scanId */
export async function giveUp(scanId) {
  await (await database()).delete("waiting", scanId);
}

/** A person has read why this scan was refused. @param {object} answer */
export async function markSeen(answer) {
  await (await database()).put("answers", { ...answer, seen: true });
}

/** Forget answers of more than a week ago; refused ones only when somebody has read them. */
export async function tidy() {
  const db = await database();
  const old = (await db.getAll("answers")).filter((each) => each.answered_at < Date.now() - KEPT_MS);
  const done = old.filter((each) => each.verdict !== "refused" || each.seen);
  await Promise.all(done.map((each) => db.delete("answers", each.scan_id)));
}

/** @param {{owner: string, shifts: object[], ahead_ms: number}} duties `ahead_ms`: of the phone's clock */
export async function keepDuties(duties) {
  await (await database()).put("duties", duties);
}

/** @param {string} owner @returns {Promise<{shifts: object[], ahead_ms: number}>} */
export async function duties(owner) {
  const kept = owner && (await (await database()).get("duties", owner));
  return kept || { shifts: [], ahead_ms: 0 };
}
