/** The API's page: sends what a form holds and shows the answer. */
import { newId } from "./ids.js";

const SHOWN_MAX = 20000;

/**
 * @param {HTMLFormElement} form data-method, data-path; its fields say data-in
 * @returns {[string, RequestInit]} what to fetch
 */
function requestOf(form) {
  const { method, path } = form.dataset;
  const headers = { Accept: "application/json" };
  const query = new URLSearchParams();
  let address = path;
  let body;
  for (const field of form.querySelectorAll("[data-in]")) {
    const { name, value, dataset } = field;
    if (dataset.in === "path") {
      address = address.replace(`{${name}}`, encodeURIComponent(value));
    } else if (value && dataset.in === "query") {
      query.append(name, value);
    } else if (value && dataset.in === "header") {
      headers[name] = value;
    } else if (dataset.in === "body") {
      body = value;
      headers["Content-Type"] = "application/json";
    }
  }
  const token = document.querySelector("[data-token]").value.trim();
  if (token) {
    headers.Authorization = `Bearer ${token}`;
  }
  const search = query.size ? `?${query}` : "";
  return [address + search, { method, headers, body, credentials: token ? "omit" : "same-origin" }];
}

/** @param {string} text JSON or not */
function laidOut(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

/** @param {HTMLFormElement} form */
async function send(form) {
  const [status, text] = [form.querySelector("[data-status]"), form.querySelector("[data-text]")];
  const [address, request] = requestOf(form);
  form.querySelector("[data-reply]").hidden = false;
  status.textContent = "…";
  try {
    const reply = await fetch(address, request);
    status.textContent = `${reply.status} ${reply.statusText}`;
    text.textContent = laidOut(await reply.text()).slice(0, SHOWN_MAX);
  } catch (error) {
    status.textContent = "–";
    text.textContent = String(error);
  }
}

/** A name for the request that nobody used before. */
function nameRequests() {
  for (const field of document.querySelectorAll('[data-in="header"][name="Idempotency-Key"]')) {
    field.value = newId();
  }
}

/** A link to an operation or a schema opens its fold. */
function openTarget() {
  const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target && "open" in target) {
    target.open = true;
  }
}

for (const form of document.querySelectorAll("form[data-try]")) {
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(form);
  });
}
nameRequests();
openTarget();
window.addEventListener("hashchange", openTarget);
