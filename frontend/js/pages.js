import { release } from "./bind.js";

/** A page with the same frame and the same scripts: after an upgrade of the server it is loaded whole. */
function isSameDrive(page) {
  const scripts = [document, page].map((each) => each.querySelector("script[type=module]")?.getAttribute("src"));
  return page.getElementById("main") && page.getElementById("tray") && scripts[0] === scripts[1];
}

/**
 * What the drive answers: its page, final address and whether that is another one than was asked for. page is null
 * where it is anything but a page of the drive, such as a file or the page of a refusal; sentence is what that one says.
 * A form's answer counts as a page also when it says what is wrong in the form. Rejects without a connection.
 */
export async function ask(url, { signal, body } = {}) {
  const response = await fetch(url, { method: body ? "POST" : "GET", body, headers: { Accept: "text/html" }, signal });
  const found = { page: null, sentence: "", url: response.url, redirected: response.redirected };
  if (!response.headers.get("Content-Type")?.startsWith("text/html")) return found;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  if ((response.ok || body) && isSameDrive(page)) return { ...found, page };
  return { ...found, sentence: page.querySelector("main h1 + p")?.textContent ?? "" };
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
  document.querySelector('meta[name="csrf-token"]').content = page.querySelector('meta[name="csrf-token"]').content;
  const fresh = page.querySelectorAll("[data-frame]");
  document.querySelectorAll("[data-frame]").forEach((old, i) => fresh[i] && old.replaceWith(fresh[i].cloneNode(true)));
  const current = new Set([...page.querySelectorAll("[data-place][aria-current]")].map(({ dataset }) => dataset.place));
  for (const link of document.querySelectorAll("[data-place]")) {
    if (current.has(link.dataset.place)) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}
