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

/** Seconds to wait, from either form of Retry-After; null without the header. */
export function waitOf(response) {
  const header = response.headers.get("Retry-After");
  if (header === null) return null;
  const seconds = Number(header);
  return Number.isNaN(seconds) ? Math.max(0, (Date.parse(header) - Date.now()) / 1000) : seconds;
}

/** What an answer says as JSON; {} where it says nothing so. */
export async function bodyOf(response) {
  const isJson = /[/+]json\b/.test(response.headers.get("Content-Type") ?? "");
  return isJson ? response.json().catch(() => ({})) : {};
}

/** The error that an answer without success stands for. */
export async function refusalOf(response) {
  return new ApiError({ status: response.status, body: await bodyOf(response), retryAfter: waitOf(response) });
}

/** What a call rejects with when there is no way to the server. */
export function offline(error) {
  if (error.name === "AbortError") throw error;
  throw new ApiError({ status: 0, body: { title: t("no_connection") } });
}
