import { ApiError, bodyOf, offline, refusalOf } from "./refusals.js";
import { t } from "./strings.js";
import { personOf, renew, token } from "./token.js";

function send(method, path, { body, signal }) {
  const headers = { Accept: "application/json", "X-CSRF-Token": token() };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const payload = body === undefined ? undefined : JSON.stringify(body);
  return fetch(path, { method, headers, body: payload, signal, credentials: "same-origin" }).catch(offline);
}

/**
 * After `old` was refused: resolves once this page has another token. Rejects where there is none for it, because
 * nobody or somebody else is logged in: a page must not act for another person.
 */
async function renewed(old) {
  if (token() !== old) return;
  const who = await renew();
  if (who !== null && who === personOf()) return;
  throw new ApiError({ status: 401, body: { title: t(who === null ? "signed_out" : "somebody_else") } });
}

/** What an answer says, with the id of the `change` that it tells of, by which it can be undone. */
async function told(response) {
  const change = response.headers.get("Change-Id");
  const body = await bodyOf(response);
  return change ? { ...body, change } : body;
}

async function call(method, path, options) {
  const response = await send(method, path, options);
  if (response.ok) return told(response);
  throw await refusalOf(response);
}

/**
 * Calls the JSON API and returns the parsed answer ({} for 204); once more with a fresh token where the page's was too
 * old. Throws ApiError; a lost connection has status 0 and code "offline".
 */
export async function api(method, path, body, { signal } = {}) {
  const old = token();
  try {
    return await call(method, path, { body, signal });
  } catch (error) {
    if (error.code !== "bad_token") throw error;
    await renewed(old);
    return call(method, path, { body, signal });
  }
}

/**
 * The answer to a page's address, or with a body to a form; once more with a fresh token where the form's was too old.
 * Throws ApiError where nobody or somebody else is logged in, or without a connection.
 */
export async function fetchHtml(url, { body, signal } = {}) {
  const headers = { Accept: "text/html" };
  const ask = () => fetch(url, { method: body ? "POST" : "GET", body, headers, signal }).catch(offline);
  const old = token();
  const response = await ask();
  if (!body || response.status !== 403) return response;
  await renewed(old);
  body.set("csrf_token", token());
  return ask();
}
