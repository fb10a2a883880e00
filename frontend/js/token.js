import { offline, refusalOf } from "./refusals.js";

// The token against forged requests belongs to a session: it dies when its person logs in again, in another tab say.
const LONGEST = 30000;
const meta = (page) => page.querySelector('meta[name="csrf-token"]');
let asking = null;

export const token = () => meta(document)?.content ?? "";

/** The id of the person whose page it is; null for a page of nobody's. */
export const personOf = (page = document) => page.getElementById("tray")?.dataset.user ?? null;

/** Takes over the token of another page: for calls, and for every form on this one. */
export function adopt(page) {
  const { content } = meta(page);
  meta(document).content = content;
  for (const field of document.querySelectorAll("input[name=csrf_token]")) field.value = content;
}

async function ask() {
  const signal = AbortSignal.timeout(LONGEST);
  const response = await fetch("/settings", { headers: { Accept: "text/html" }, signal }).catch(offline);
  if (!response.ok) throw await refusalOf(response);
  const page = new DOMParser().parseFromString(await response.text().catch(offline), "text/html");
  const who = personOf(page);
  if (who !== null && who === personOf()) adopt(page);
  return who;
}

/**
 * Fetches a fresh token. Resolves with the id of whoever is logged in now, null for nobody; the token of somebody else
 * is not for this page. Throws ApiError where there is no telling: without a connection, or while the drive restarts.
 */
export function renew() {
  asking ??= ask().finally(() => (asking = null));
  return asking;
}
