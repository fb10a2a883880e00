import { fetchHtml } from "./api.js";
import { release } from "./bind.js";
import { waitOf } from "./refusals.js";
import { warnOfRoom } from "./room.js";
import { t } from "./strings.js";
import { adopt, personOf } from "./token.js";

const scriptOf = (page) => page.querySelector("script[type=module]")?.getAttribute("src");

/** Somebody has logged in in another tab who is not whom this page is for. */
function isAnothers(page) {
  return personOf(page) !== null && personOf(page) !== personOf();
}

/**
 * A page with the same frame, for the same person, and with the same scripts: after an upgrade of the server it is
 * loaded whole.
 */
function isSameDrive(page) {
  return page.getElementById("main") && personOf(page) === personOf() && scriptOf(page) === scriptOf(document);
}

/** Why it is not the page that was asked for; "" where it does not say. */
export function sentenceOf(page, { url, redirected }) {
  if (isAnothers(page)) return t("somebody_else");
  if (redirected && new URL(url).pathname === "/login") return t("signed_out");
  return page.querySelector("main h1 + p")?.textContent ?? "";
}

/**
 * What the drive answers: its page, final address and whether that is another one than was asked for. page is null
 * where it is anything but a page of the drive, such as a file or the page of a refusal; sentence is what that one
 * says, and wait how many seconds it asks for, if any. A form's answer counts as a page also when it says what is wrong
 * in the form. Rejects as fetchHtml does.
 */
export async function ask(url, { signal, body } = {}) {
  const response = await fetchHtml(url, { signal, body });
  const { url: reached, redirected } = response;
  const found = { page: null, sentence: "", wait: waitOf(response), url: reached, redirected };
  if (!response.headers.get("Content-Type")?.startsWith("text/html")) return found;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  if ((response.ok || body) && isSameDrive(page)) return { ...found, page };
  return { ...found, sentence: sentenceOf(page, response) };
}

/** The page at url and its final address, or null where it is anything but a page of the drive. */
export async function fetchPage(url, signal) {
  const found = await ask(url, { signal });
  return found.page && found;
}

/** Shows the part with that id as the other page has it. */
export function swap(id, page) {
  const [old, fresh] = [document.getElementById(id), page.getElementById(id)];
  if (!old || !fresh) return;
  release(old);
  old.replaceWith(document.adoptNode(fresh));
}

/** Marks, names and figures beside <main> that differ from page to page. */
export function refreshFrame(page) {
  document.title = page.title;
  adopt(page);
  warnOfRoom(page);
  const fresh = page.querySelectorAll("[data-frame]");
  document.querySelectorAll("[data-frame]").forEach((old, i) => fresh[i] && old.replaceWith(fresh[i].cloneNode(true)));
  const current = new Set([...page.querySelectorAll("[data-place][aria-current]")].map(({ dataset }) => dataset.place));
  for (const link of document.querySelectorAll("[data-place]")) {
    if (current.has(link.dataset.place)) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}
