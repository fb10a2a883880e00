import { bind, instanceOf, prepare } from "./bind.js";
import { announce } from "./live.js";
import { ask, refreshFrame, swap } from "./pages.js";
import { once } from "./sending.js";
import * as steps from "./steps.js";
import { learn, t } from "./strings.js";
import { toast } from "./toasts.js";

const inside = /^\/(activity|files|help|links|recent|search|starred|trash|settings)(\/|$)/;
const wholePage = ["bar-action", "page-extras", "main"];
const SCROLL_RESTS = 300;
let visiting = null;
/** While the page is not yet as it was left, where one is on it says nothing. */
let returning = false;

/** The page that is left says that another one is on its way. */
function busy(isBusy) {
  const main = document.getElementById("main");
  if (isBusy) main.setAttribute("aria-busy", "true");
  else main.removeAttribute("aria-busy");
}

function isOurs(link, event) {
  if (!link || event.defaultPrevented || event.button) return false;
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return false;
  if (link.origin !== location.origin || link.target || link.hasAttribute("download")) return false;
  return "driveLink" in link.dataset || inside.test(link.pathname);
}

/** A field may be called "action": the property would be that one. */
const actionOf = (form) => new URL(form.getAttribute("action") ?? "", location.href);

function isOurForm(form, event) {
  if (event.defaultPrevented || form.method === "dialog" || !form.closest("#main")) return false;
  const { origin, pathname } = actionOf(form);
  return origin === location.origin && inside.test(pathname);
}

/** Where a form leads that only asks; what says nothing is left out of the address. */
function asked(form, button) {
  const given = [...new FormData(form, button)].filter(([, value]) => value);
  const { origin, pathname } = actionOf(form);
  const query = new URLSearchParams(given).toString();
  return origin + pathname + (query && `?${query}`);
}

/** Notes in the history where one is on this page, for coming back, once it is as it was left the last time. */
function remember() {
  if (returning) return;
  const rows = document.querySelectorAll("#main [data-id]").length;
  const row = document.activeElement?.closest("#main [data-id]");
  steps.keep({ scroll: scrollY, rows, row: row?.id, top: row?.getBoundingClientRect().top });
}

/** Rows have their height once they are drawn: the browser must not make up for what they were thought to have. */
function scrollBack(to, { row, top }) {
  const { style } = document.documentElement;
  style.overflowAnchor = "none";
  scrollTo(0, to);
  if (row && top >= 0 && top < innerHeight) scrollBy(0, row.getBoundingClientRect().top - top);
  requestAnimationFrame(() => setTimeout(() => (style.overflowAnchor = "")));
}

/** As many rows as there were, scrolled as far, the focus on the row that led away, and that one where it was. */
async function restore({ scroll = 0, rows = 0, row: id = "", top }) {
  const list = document.querySelector("#main [data-files]");
  if (list) await instanceOf(list, list.dataset.module)?.listing.reach(rows);
  if (list && !list.isConnected) return;
  const row = document.getElementById(id);
  scrollBack(scroll, { row, top });
  (row ?? document.getElementById("main")).focus({ preventScroll: true });
}

/** Shows the page as it was left. */
async function comeBack(state) {
  returning = true;
  await restore(state).finally(() => (returning = false));
}

/**
 * What is no page of the drive is loaded whole, unless uploads would end by that or a form was refused: then it is
 * said. False when this page stays.
 */
function leave(url, { sentence, url: reached, redirected }, sent) {
  const mayLeave = () => document.dispatchEvent(new Event("drive:leaving", { cancelable: true }));
  const leads = sent ? redirected : mayLeave();
  if (leads) location.assign(sent ? reached : url);
  else toast(sentence || t("went_wrong"), { kind: "danger" });
  return leads;
}

async function show({ page }, parts) {
  steps.arrived();
  learn(page);
  for (const id of parts) swap(id, page);
  refreshFrame(page);
  await bind();
  document.dispatchEvent(new Event("drive:shown"));
}

async function load(url, { signal, arrive, parts, body, again, stayed }) {
  try {
    const found = await ask(url, { signal, body });
    if (!found.page) return leave(url, found, body !== undefined) || stayed();
    await prepare(found.page);
    signal.throwIfAborted();
    arrive(found);
    return await show(found, parts);
  } catch (error) {
    if (error.name === "AbortError") return undefined;
    stayed();
    const action = error.status ? null : { label: t("try_again"), run: again };
    return toast(error.title ?? t("no_connection"), { kind: "danger", action });
  }
}

/**
 * Exchanges parts (ids) of this page for those of the page at url; true when done. `again` is for a lost connection,
 * `stayed` for when the page on show stays although nothing else was wanted meanwhile.
 */
async function go(url, { arrive = () => {}, parts = wholePage, body, again, stayed = () => {} }) {
  visiting?.abort();
  const mine = (visiting = new AbortController());
  const main = document.getElementById("main");
  busy(true);
  await load(url, { signal: mine.signal, arrive, parts, body, again, stayed });
  if (visiting !== mine) return false;
  visiting = null;
  busy(false);
  return document.getElementById("main") !== main;
}

/** The new page, or the part of it that was asked for, is where one reads on: focus there, and the title is said. */
function begin(hash = "") {
  const part = document.getElementById(hash.slice(1));
  scrollTo(0, 0);
  if (part) part.tabIndex = -1;
  (part ?? document.getElementById("main")).focus({ preventScroll: true });
  part?.scrollIntoView();
  announce(document.title);
}

/** Shows another page of the drive without leaving this one, so that uploads go on. */
export async function visit(url) {
  const { hash } = new URL(url, location.href);
  const arrive = ({ url: reached }) => {
    remember();
    steps.go(reached + hash, { instead: reached + hash === location.href });
  };
  if (await go(url, { arrive, again: () => visit(url) })) begin(hash);
}

/**
 * Shows a page of the drive that changes with each letter that is typed outside of <main>: the focus stays, and all of
 * them are one step of the history. True when it is shown; an older answer never is.
 */
export async function look(url) {
  const focused = document.activeElement?.id;
  const instead = new URL(url).pathname === location.pathname;
  const arrive = ({ url: reached }) => {
    if (!instead) remember();
    steps.go(reached, { instead });
  };
  if (!(await go(url, { arrive, again: () => look(url) }))) return false;
  scrollTo(0, 0);
  if (focused && document.activeElement === document.body) document.getElementById(focused)?.focus();
  return true;
}

/** Fetches what <main> shows anew; open dialogs stay, and scroll and focus where they can. A visit comes first. */
export async function refresh() {
  if (visiting) return;
  const [at, focused] = [scrollY, document.activeElement?.id];
  if (!(await go(location.href, { parts: ["main"], again: refresh }))) return;
  scrollTo(0, at);
  if (focused && document.activeElement === document.body) document.getElementById(focused)?.focus();
}

/** Sends a form of a page and shows what the drive answers: the next page, or this one with what is wrong or done. */
async function send(form, button) {
  const [body, at, before] = [new URLSearchParams(new FormData(form, button)), scrollY, location.pathname];
  const arrive = ({ url, redirected }) => {
    if (!redirected) return;
    const isSame = new URL(url).pathname === before;
    if (!isSame) remember();
    steps.go(url, { instead: isSame });
  };
  const again = () => send(form, button);
  const done = await once({ form, button }, () => go(actionOf(form).href, { arrive, body, again }));
  if (!done) return;
  const says = document.querySelector("#main .notice[role]");
  const isHere = location.pathname === before;
  if (!isHere) return begin();
  scrollTo(0, at);
  if (!says?.contains(document.activeElement)) document.getElementById("main").focus({ preventScroll: true });
  says?.scrollIntoView({ block: "nearest" });
  return announce(says?.textContent.trim() ?? document.title);
}

/** The history leads to the page on show: what was on its way to another one is not wanted any more. */
function stay(state) {
  visiting?.abort();
  visiting = null;
  busy(false);
  if (steps.arrived() && state) scrollTo(0, state.scroll ?? 0);
}

/** Shows the page that the history leads to; where that one is not to be had, it leads back to the page on show. */
async function comeTo(state) {
  const url = location.href;
  if (!(await go(url, { again: () => visit(url), stayed: steps.goBack }))) return;
  await comeBack(state ?? {});
  announce(document.title);
}

/**
 * Links from page to page of the drive are followed by visit(), its forms sent by send(); anything unusual is an
 * ordinary page load.
 */
export default class Navigation {
  constructor() {
    history.scrollRestoration = "manual";
    document.addEventListener("click", (event) => {
      const link = event.target.closest("a[href]");
      if (!isOurs(link, event)) return undefined;
      if (link.hash && link.pathname === location.pathname) return remember();
      event.preventDefault();
      return visit(link.href);
    });
    document.addEventListener("submit", (event) => {
      const { target: form, submitter } = event;
      if (!isOurForm(form, event)) return undefined;
      event.preventDefault();
      return form.method === "get" ? visit(asked(form, submitter)) : send(form, submitter);
    });
    addEventListener("popstate", ({ state }) => (steps.isShown() ? stay(state) : comeTo(state)));
    addEventListener("scroll", () => this.#rested(), { passive: true });
    addEventListener("pagehide", remember);
    this.#reloaded(history.state ?? {});
  }

  /** A page that was left by a load of its own is back, once its list is at work. */
  #reloaded(state) {
    if (!state.rows && !state.scroll) return;
    returning = true;
    document.addEventListener("drive:bound", () => comeBack(state), { once: true });
  }

  #rested() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => visiting || remember(), SCROLL_RESTS);
  }
}
