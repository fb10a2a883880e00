import { bind, release } from "./bind.js";
import { announce } from "./live.js";
import { learn, t } from "./strings.js";
import { toast } from "./toasts.js";

const inside = /^\/(files|trash|links)(\/[^/]+)?\/?$/;
let visiting;

function isOurs(link, event) {
  if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) {
    return false;
  }
  if (link.origin !== location.origin || link.target || link.hasAttribute("download")) return false;
  return "driveLink" in link.dataset || inside.test(link.pathname);
}

/** The page at url, or null where it is anything but a page of the drive. */
async function fetchPage(url, signal) {
  const response = await fetch(url, { headers: { Accept: "text/html" }, signal });
  const isPage = response.headers.get("Content-Type")?.startsWith("text/html");
  if (!response.ok || !isPage) return null;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  return page.getElementById("main") && page.getElementById("tray") ? { page, url: response.url } : null;
}

function swap(id, page) {
  const [old, fresh] = [document.getElementById(id), page.getElementById(id)];
  if (!old || !fresh) return;
  release(old);
  old.replaceWith(document.adoptNode(fresh));
}

/** Marks and figures beside <main> that differ from page to page. */
function refreshFrame(page) {
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

async function load(url, { signal, arrive }) {
  try {
    const found = await fetchPage(url, signal);
    if (!found) return location.assign(url);
    arrive(found.url);
    learn(found.page);
    for (const id of ["bar-action", "page-extras", "main"]) swap(id, found.page);
    refreshFrame(found.page);
    return await bind();
  } catch (error) {
    if (error.name !== "AbortError") toast(t("no_connection"), { kind: "danger" });
  }
  return undefined;
}

async function go(url, arrive) {
  visiting?.abort();
  visiting = new AbortController();
  const main = document.getElementById("main");
  main.setAttribute("aria-busy", "true");
  await load(url, { signal: visiting.signal, arrive });
  main.removeAttribute("aria-busy");
  return document.getElementById("main") !== main;
}

/** Shows another page of the drive without leaving this one, so that uploads go on. */
export async function visit(url) {
  const isNew = await go(url, (reached) => {
    history.replaceState({ scroll: scrollY }, "");
    history.pushState({ scroll: 0 }, "", reached);
  });
  if (!isNew) return;
  scrollTo(0, 0);
  document.getElementById("main").focus({ preventScroll: true });
  announce(document.title);
}

/** Fetches the page on show anew and puts it in place; scroll and focus stay where they can. */
export async function refresh() {
  const [at, focused] = [scrollY, document.activeElement?.id];
  if (!(await go(location.href, () => {}))) return;
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
      if (await go(location.href, () => {})) scrollTo(0, state?.scroll ?? 0);
    });
  }
}
