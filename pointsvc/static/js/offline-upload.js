/**
 * Sends what waits, in the order of scanning, and learns who is signed in. Safe to call at any time
 * and in several tabs: one sends at a time where the browser can lock, and the server knows each
 * scan by its id. Nothing leaves the queue without an answer that the books remember.
 *
 * @typedef {"done" | "offline" | "busy" | "signed_out" | "forbidden" | "another"} Outcome
 */
import { owner, remember } from "./offline-owner.js";
import * as store from "./offline-store.js";

const DUTIES = "/offline/duties.json";
const SCANS = "/api/v1/scans/batch";
const BATCH = 50;
const PATIENCE_MS = 30000;
const LOCK = "offline-upload";
const BUSY = new Set([408, 425, 429]);
/** What a person may mend by signing in or by asking the office; the scans wait meanwhile. */
const WAITING_FOR = { 401: "signed_out", 403: "forbidden" };

/** @param {string} address @param {RequestInit} options @returns {Promise<Response | null>} null: none came */
async function ask(address, options) {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), PATIENCE_MS);
  try {
    const reply = await fetch(address, { redirect: "manual", cache: "no-store", signal: patience.signal, ...options });
    return new Response(await reply.blob(), { status: reply.type === "opaqueredirect" ? 401 : reply.status });
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
  }
}

/** @param {Response | null} reply @returns {Outcome | "unfit" | ""} "" for an answer */
function fault(reply) {
  if (!reply) {
    return "offline";
  }
  if (reply.ok) {
    return "";
  }
  return WAITING_FOR[reply.status] ?? (reply.status >= 500 || BUSY.has(reply.status) ? "busy" : "unfit");
}

/** @param {Response} reply @returns {Promise<object | null>} null: no JSON, as a hotel's sign-in page */
const json = (reply) => reply.json().catch(() => null);

/** Who is signed in now, and their shifts, which are kept. @returns {Promise<Outcome | "here">} */
async function arrive() {
  const reply = await ask(DUTIES, { headers: { Accept: "application/json" } });
  const trouble = fault(reply);
  if (trouble) {
    return trouble === "unfit" ? "busy" : trouble;
  }
  const told = await json(reply);
  if (!told?.owner) {
    return "offline";
  }
  remember(told.owner);
  await store.keepDuties({ owner: told.owner, shifts: told.shifts, ahead_ms: Date.parse(told.now) - Date.now() });
  return "here";
}

/**
 * One upload. The server refuses a whole upload when a single scan does not fit; then each is sent
 * alone, so that one bad scan holds up none (and is shown, not dropped).
 * @param {object[]} items
 * @param {(results: object[]) => void} told hears the answers
 * @returns {Promise<Outcome>}
 */
async function send(items, told) {
  const body = JSON.stringify({ scans: items.map((item) => item.body) });
  const headers = { "Content-Type": "application/json", "Scan-Owner": items[0].owner };
  const reply = await ask(SCANS, { method: "POST", body, headers });
  const trouble = fault(reply);
  if (trouble === "unfit") {
    return items.length > 1 ? sendEach(items, told) : notePerson(items[0], reply);
  }
  if (trouble) {
    return trouble;
  }
  const results = (await json(reply))?.results;
  if (!Array.isArray(results)) {
    return "offline";
  }
  const count = await store.settle(items, results);
  told(results);
  return count === items.length ? "done" : "busy";
}

async function sendEach(items, told) {
  for (const item of items) {
    const outcome = await send([item], told);
    if (outcome !== "done") {
      return outcome;
    }
  }
  return "done";
}

/** @param {object} item @param {Response} reply */
async function notePerson(item, reply) {
  const problem = await json(reply);
  await store.setTrouble(item, { reason: problem?.code ?? `http.${reply.status}`, message: problem?.detail ?? "" });
  return "done";
}

/** @param {(results: object[]) => void} told @returns {Promise<Outcome>} */
async function sendAll(told) {
  const arrived = await arrive();
  if (arrived !== "here") {
    return arrived;
  }
  const mine = owner();
  for (;;) {
    const items = (await store.waiting(mine)).slice(0, BATCH);
    if (owner() !== mine) {
      return "another"; // signed in meanwhile, in another tab
    }
    if (!items.length) {
      return "done";
    }
    const outcome = await send(items, told);
    if (outcome !== "done") {
      return outcome;
    }
  }
}

/**
 * @param {(results: object[]) => void} told hears the answers of each upload
 * @returns {Promise<Outcome>}
 */
export function upload(told = () => {}) {
  return navigator.locks ? navigator.locks.request(LOCK, () => sendAll(told)) : sendAll(told);
}

/** Keep the page and its parts in this browser. @returns {Promise<boolean>} whether it can */
export async function keepPage() {
  try {
    await navigator.serviceWorker.register("/sw.js");
    return true;
  } catch {
    return false; // no https, or a browser (such as WeChat's) without workers
  }
}
