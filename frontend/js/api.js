import { t } from "./strings.js";

/** What the server said no to: code is a stable word, title a sentence for people, body the whole answer. */
export class ApiError extends Error {
  constructor({ status, body = {}, retryAfter = null }) {
    super(body.title ?? t("went_wrong"));
    this.name = "ApiError";
    this.status = status;
    this.body = body;
    this.code = body.code ?? (status === 0 ? "offline" : "unknown");
    this.title = this.message;
    this.fields = body.fields ?? {};
    this.retryAfter = retryAfter;
  }
}

function token() {
  return document.querySelector('meta[name="csrf-token"]')?.content ?? "";
}

/** Seconds to wait, from either form of Retry-After; null without the header. */
function waitOf(response) {
  const header = response.headers.get("Retry-After");
  if (header === null) return null;
  const seconds = Number(header);
  return Number.isNaN(seconds) ? Math.max(0, (Date.parse(header) - Date.now()) / 1000) : seconds;
}

async function bodyOf(response) {
  const isJson = /[/+]json\b/.test(response.headers.get("Content-Type") ?? "");
  return isJson ? response.json().catch(() => ({})) : {};
}

async function send(method, path, { body, signal }) {
  const headers = { Accept: "application/json", "X-CSRF-Token": token() };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const payload = body === undefined ? undefined : JSON.stringify(body);
  try {
    return await fetch(path, { method, headers, body: payload, signal, credentials: "same-origin" });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new ApiError({ status: 0, body: { title: t("no_connection") } });
  }
}

/**
 * Calls the JSON API and returns the parsed answer ({} for 204). Throws ApiError; a lost connection has
 * status 0 and code "offline".
 */
export async function api(method, path, body, { signal } = {}) {
  const response = await send(method, path, { body, signal });
  const answer = await bodyOf(response);
  if (response.ok) return answer;
  throw new ApiError({ status: response.status, body: answer, retryAfter: waitOf(response) });
}
