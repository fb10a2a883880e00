import { ask, fetchPage, refreshFrame } from "../pages.js";
import { t, tn } from "../strings.js";
import { toast } from "../toasts.js";
import { pause } from "./patience.js";

const least = 1000;
const calm = 4;
/** How often, and for how many seconds at most, somebody is kept waiting because the drive asks for it. */
const TRIES = 3;
const LONGEST = 15;

/**
 * Keeps a list as the server has it: more of it as one scrolls down, and all of it anew when something changed, as many
 * pages as were on show. Reading takes at most a part of the time, however fast changes come.
 */
export class Listing {
  #leaving = new AbortController();
  #earliest = 0;
  #timer = null;
  /** Something changed since the list was last asked for. */
  #stale = false;
  /** What is offered where a page could not be read. */
  #retry = () => this.more();
  /** The page that is being read, if any. */
  loading = null;

  constructor(root, { show, append, count, busy }) {
    // Its own address: one step back and the window has another one before this list has gone.
    Object.assign(this, { root, show, append, count, busy, address: location.href });
    this.signal = this.#leaving.signal;
    this.near = new IntersectionObserver((seen) => seen.at(-1).isIntersecting && this.more(), { rootMargin: "800px" });
    root.addEventListener("click", (event) => this.#click(event));
    for (const type of ["drive:changed", "drive:uploaded"]) {
      document.addEventListener(type, () => this.soon(), { signal: this.signal });
    }
    this.#watch();
  }

  disconnect() {
    this.#leaving.abort();
    clearTimeout(this.#timer);
    this.near.disconnect();
  }

  get #link() {
    return this.root.querySelector("[data-more] a[rel=next]");
  }

  #watch() {
    this.near.disconnect();
    if (this.#link) this.near.observe(this.#link);
  }

  #click(event) {
    if (event.target.closest("[data-more] a[rel=next]") !== this.#link || !this.#link) return;
    event.preventDefault();
    this.more();
  }

  /** Reads the next page and adds it; resolves with whether there was one, also for who comes while it is read. */
  more() {
    if (!this.#link) return Promise.resolve(false);
    this.loading ??= this.#next().finally(() => (this.loading = null));
    return this.loading;
  }

  /**
   * Reads all that is left, as long as `go`, asked after each page, says so. False when a page could not be read: that
   * is said, and `again` offered.
   */
  async rest(go, { again }) {
    this.#retry = again;
    try {
      while (await this.more()) if (!go()) return true;
      return !this.#link;
    } finally {
      if (this.#retry === again) this.#retry = () => this.more();
    }
  }

  /** Reads on until that many rows are on show, or all. */
  async reach(count) {
    while (this.count() < count && (await this.more()));
  }

  async #next() {
    try {
      const found = await this.#ask(this.#link.href);
      if (!found.page) return this.#failed(found.sentence || t("went_wrong"));
      const fresh = found.page.querySelector("[data-files]");
      this.append(fresh);
      this.#foot(fresh);
      return true;
    } catch (error) {
      return error.name !== "AbortError" && this.#failed(error.title ?? t("no_connection"));
    }
  }

  /** What the drive answers; where it asks for a little patience, it is asked again after that. */
  async #ask(url) {
    for (let left = TRIES; ; left -= 1) {
      const found = await ask(url, { signal: this.signal });
      if (found.page || found.wait === null || found.wait > LONGEST || left <= 1) return found;
      await pause(found.wait * 1000, this.signal);
    }
  }

  #failed(sentence) {
    this.near.disconnect();
    toast(sentence, { kind: "danger", action: { label: t("try_again"), run: this.#retry } });
    return false;
  }

  /** Reads the list anew, now or as soon as the last time is long enough ago. */
  soon() {
    this.#stale = true;
    this.#timer ??= setTimeout(() => this.#again(), Math.max(0, this.#earliest - performance.now()));
  }

  /** What is being done with the list, or read for it, must not be taken away by an older answer. */
  get #isHeld() {
    return this.busy() || this.loading !== null;
  }

  async #again() {
    const started = performance.now();
    try {
      if (!this.#isHeld) await this.#read();
    } catch (error) {
      if (error.name === "AbortError") return;
    }
    const took = performance.now() - started;
    this.#earliest = performance.now() + Math.max(least, calm * took);
    this.#timer = null;
    if (this.#stale) this.soon();
  }

  async #read() {
    this.#stale = false;
    const wanted = this.count();
    const pages = [];
    let [url, rows] = [this.address, 0];
    do {
      const found = await fetchPage(url, this.signal);
      if (!found) return;
      pages.push(found.page);
      const fresh = found.page.querySelector("[data-files]");
      rows += this.count(fresh);
      const next = fresh.querySelector("[data-more] a[rel=next]");
      url = next && new URL(next.getAttribute("href"), found.url).href;
    } while (url && rows < wanted);
    const isLate = this.#isHeld || this.count() !== wanted;
    this.#stale ||= isLate;
    if (isLate) return;
    refreshFrame(pages[0]);
    const parts = pages.map((page) => page.querySelector("[data-files]"));
    this.show(parts);
    this.#foot(parts.at(-1));
  }

  /** The list itself, or what stands in its place while it is empty. */
  outline(empty = this.count() === 0 && !this.#link) {
    for (const name of ["list", "empty", "pager", "full"]) {
      const element = this.root.querySelector(`[data-${name}]`);
      if (element) element.hidden = (name === "empty") !== empty;
    }
  }

  /** Says how many rows are on show, and whether there are more. Call when rows came or went. */
  recount() {
    this.outline();
    const words = this.root.querySelector("[data-more] p");
    words.textContent = tn("items", this.count()) + (this.#link ? t("more_to_come") : "");
  }

  #foot(fresh) {
    this.root.querySelector("[data-more]").replaceWith(document.adoptNode(fresh.querySelector("[data-more]")));
    this.recount();
    this.#watch();
  }
}
