import { bind, instanceOf, release } from "./bind.js";
import { announce } from "./live.js";
import { learn, t } from "./strings.js";
import { toast } from "./toasts.js";

const inside = /^\/(files|trash|links)(\/[^/]+)?\/?$/;
const wholePage = ["bar-action", "page-extras", "main"];
const place = () => location.pathname + location.search;
let visiting = null;
let shown = place();

function isOurs(link, event) {
  if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) {
    return false;
  }
  if (link.origin !== location.origin || link.target || link.hasAttribute("download")) return false;
  return "driveLink" in link.dataset || inside.test(link.pathname);
}

/** A page with the same frame and the same scripts: after an upgrade of the server it is loaded whole. */
function isSameDrive(page) {
  const scripts = [document, page].map((each) => each.querySelector("script[type=module]")?.getAttribute("src"));
  return page.getElementById("main") && page.getElementById("tray") && scripts[0] === scripts[1];
}

/** The page at url and its final address, or null where it is anything but a page of the drive. */
export async function fetchPage(url, signal) {
  const response = await fetch(url, { headers: { Accept: "text/html" }, signal });
  const isPage = response.headers.get("Content-Type")?.startsWith("text/html");
  if (!response.ok || !isPage) return null;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  return isSameDrive(page) ? { page, url: response.url } : null;
}

function swap(id, page) {
  const [old, fresh] = [document.getElementById(id), page.getElementById(id)];
  if (!old || !fresh) return;
  release(old);
  old.replaceWith(document.adoptNode(fresh));
}

/** Marks and figures beside <main> that differ from page to page. */
export function refreshFrame(page) {
  document.title = page.title;
  document.querySelector('meta[name="csrf-token"]').content = page.querySelector('meta[name="csrf-token"]').content;
  const usage = page.querySelectorAll("[data-usage]");
  document.querySelectorAll("[data-usage]").forEach((old, i) => usage[i] && old.replaceWith(usage[i].cloneNode(true)));
  const current = new Set([...page.querySelectorAll("[data-place][aria-current]")].map(({ dataset }) => dataset.place));
  for (const link of document.querySelectorAll("[data-place]")) {
    if (current.has(link.dataset.place)) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

async function load(url, { signal, arrive, parts }) {
  try {
    const found = await fetchPage(url, signal);
    if (!found) return location.assign(url);
    arrive(found.url);
    shown = place();
    learn(found.page);
    for (const id of parts) swap(id, found.page);
    refreshFrame(found.page);
    return await bind();
  } catch (error) {
    const again = { label: t("try_again"), run: () => go(url, { arrive, parts }) };
    if (error.name !== "AbortError") toast(t("no_connection"), { kind: "danger", action: again });
  }
  return undefined;
}

/** Exchanges parts (ids) of this page for those of the page at url; true when done. */
async function go(url, { arrive = () => {}, parts = wholePage } = {}) {
  visiting?.abort();
  const mine = (visiting = new AbortController());
  const main = document.getElementById("main");
  main.setAttribute("aria-busy", "true");
  await load(url, { signal: mine.signal, arrive, parts });
  main.removeAttribute("aria-busy");
  if (visiting === mine) visiting = null;
  return document.getElementById("main") !== main;
}

/** Notes in the history where one is on this page, for coming back. */
function remember() {
  const rows = document.querySelectorAll("#main [data-id]").length;
  const row = document.activeElement?.closest("#main [data-id]")?.id;
  history.replaceState({ scroll: scrollY, rows, row }, "");
}

/** Shows the page as it was left: as many rows, scrolled as far, the focus on the row that led away. */
async function comeBack({ scroll = 0, rows = 0, row = "" }) {
  const list = document.querySelector("#main [data-files]");
  if (list) await instanceOf(list, list.dataset.module)?.listing.reach(rows);
  scrollTo(0, scroll);
  const place = document.getElementById(row) ?? document.getElementById("main");
  place.focus({ preventScroll: true });
}

/** Shows another page of the drive without leaving this one, so that uploads go on. */
export async function visit(url) {
  const arrive = (reached) => {
    remember();
    history.pushState({}, "", reached);
  };
  if (!(await go(url, { arrive }))) return;
  scrollTo(0, 0);
  document.getElementById("main").focus({ preventScroll: true });
  announce(document.title);
}

/** Fetches what <main> shows anew; open dialogs stay, and scroll and focus where they can. A visit comes first. */
export async function refresh() {
  if (visiting) return;
  const [at, focused] = [scrollY, document.activeElement?.id];
  if (!(await go(location.href, { parts: ["main"] }))) return;
  scrollTo(0, at);
  if (focused && document.activeElement === document.body) document.getElementById(focused)?.focus();
}

/** Links from folder to folder are followed by visit(); anything unusual is an ordinary page load. */
export default class Navigation {
  constructor() {
    history.scrollRestoration = "manual";
    document.addEventListener("click", (event) => {
      const link = event.target.closest("a[href]");
      if (!isOurs(link, event) || (link.hash && link.pathname === location.pathname)) return;
      event.preventDefault();
      visit(link.href);
    });
    addEventListener("popstate", async ({ state }) => {
      if (place() === shown || !(await go(location.href))) return;
      await comeBack(state ?? {});
      announce(document.title);
    });
    addEventListener("pagehide", remember);
    document.addEventListener("drive:bound", () => this.#reloaded(history.state ?? {}), { once: true });
  }

  /** A page that was left by a load of its own is back. */
  #reloaded(state) {
    if (state.rows || state.scroll) comeBack(state);
  }
}
