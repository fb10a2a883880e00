import { stands } from "./beside.js";
import { rememberReplaced } from "./files/undoing.js";
import { t, tn } from "./strings.js";
import { Conflicts } from "./tray/conflicts.js";
import { Offer } from "./tray/offer.js";
import { Rows } from "./tray/rows.js";
import { Voice } from "./tray/voice.js";
import { paceText } from "./tray/words.js";
import { uploader } from "./uploads.js";

const TICK = 250;

/** A file dropped where nothing takes it must not replace the page and end its uploads. */
function refuse(event) {
  if (event.defaultPrevented || event.target.closest?.("input[type=file]")) return;
  if (!event.dataTransfer.types.includes("Files")) return;
  event.preventDefault();
  event.dataTransfer.dropEffect = "none";
}

/** The list of uploads at the foot of every page of the drive. It outlives moves from folder to folder. */
export default class Tray {
  constructor(element) {
    this.element = element;
    const part = (name) => element.querySelector(`[data-tray-${name}]`);
    for (const name of ["title", "body", "pause", "resume", "collapse", "close", "all", "note", "signin"]) {
      this[name] = part(name);
    }
    this.uploader = uploader();
    this.rows = new Rows(part("list"), { template: part("row"), more: part("more") });
    this.voice = new Voice();
    this.conflicts = new Conflicts(() => this.uploader.uploads);
    this.offer = new Offer(part("offer"), { uploader: this.uploader, changed: () => this.soon() });
    this.#listen();
    this.#buttons();
    this.uploader.offers.load().then(() => this.#offered());
  }

  /** Shows what changed, a few times a second at most. */
  soon() {
    this.timer ??= setTimeout(() => {
      this.timer = null;
      this.show();
      if (this.uploader.running.size) this.soon();
    }, TICK);
  }

  show() {
    const { uploads } = this.uploader;
    this.element.hidden = !uploads.length && !this.offer.isOpen;
    this.#spread();
    this.offer.show();
    this.rows.show(uploads);
    this.#head(uploads);
    this.voice.look();
  }

  #listen() {
    const hear = (type, act) => this.uploader.addEventListener(type, ({ detail }) => act(detail));
    hear("added", ({ uploads }) => (this.voice.began(uploads), this.#open(true), this.soon()));
    hear("changed", () => this.soon());
    hear("ask", (question) => this.conflicts.add(question));
    hear("done", ({ upload }) => this.#arrived(upload));
    addEventListener("focus", () => this.uploader.comeBack());
    const hold = (event) => this.uploader.isBusy && event.preventDefault();
    addEventListener("beforeunload", hold);
    document.addEventListener("drive:leaving", hold);
    document.addEventListener("submit", ({ target }) => target.matches("[data-logout]") && this.#loggingOut());
    for (const type of ["dragover", "drop"]) document.addEventListener(type, refuse);
  }

  /**
   * Names are forgotten at once, but where something is under way and the browser asks first: then once the page is
   * left, and whoever stays and does something here keeps them.
   */
  #loggingOut() {
    if (!this.uploader.isBusy) return this.uploader.memory.clear();
    const stays = new AbortController();
    const on = (type, act) => addEventListener(type, act, { signal: stays.signal });
    on("pagehide", () => this.uploader.memory.clear());
    for (const type of ["pointerdown", "keydown"]) on(type, () => stays.abort());
    return undefined;
  }

  #buttons() {
    const on = (button, act) => button.addEventListener("click", act);
    on(this.pause, () => this.uploader.pauseAll());
    on(this.resume, () => this.uploader.resumeAll());
    on(this.collapse, () => this.#open(this.body.hidden));
    on(this.close, () => (this.uploader.clear(), this.show()));
    on(this.signin.querySelector("button"), () => this.uploader.resumeAll());
  }

  #open(open) {
    this.body.hidden = !open;
    this.collapse.setAttribute("aria-expanded", String(open));
    this.#spread();
  }

  /** What it covers while it is open gets room below. */
  #spread() {
    stands("uploads", !this.element.hidden && !this.body.hidden);
  }

  #offered() {
    if (this.offer.isOpen) this.#open(true);
    this.show();
  }

  #head(uploads) {
    const [over, done, left] = [[], [], []];
    for (const upload of uploads) (upload.isOver ? over : left).push(upload);
    for (const upload of over) if (upload.state === "done") done.push(upload);
    const has = (...states) => uploads.some(({ state }) => states.includes(state));
    this.pause.hidden = !left.some((upload) => upload.isRunning || upload.state === "queued");
    this.resume.hidden = !this.pause.hidden || !has("paused");
    this.close.hidden = left.length > 0 || !uploads.length;
    this.signin.hidden = !has("signed_out");
    this.#titled(uploads, { over, done, left });
  }

  #titled(uploads, { over, done, left }) {
    const of = { done: over.length, count: uploads.length };
    if (!uploads.length) this.title.textContent = t("tray_title");
    else this.title.textContent = left.length ? t("tray_title_of", of) : tn("tray_title_done", done.length);
    const bytes = left.reduce((sum, { size, sent }) => sum + size - sent, 0);
    const total = uploads.reduce((sum, { size }) => sum + size, 0);
    this.all.hidden = left.length === 0;
    this.all.value = total ? (total - bytes) / total : 0;
    const pace = left.length > 1 ? paceText(this.uploader.rate.perSecond, bytes) : "";
    this.note.textContent = pace;
    this.note.hidden = !pace;
  }

  /** Keeps what was replaced for Ctrl+Z, and tells the list of the folder on show that there is something new in it. */
  #arrived({ parent, result: file, conflict, change }) {
    if (conflict === "replace" && change) rememberReplaced({ id: file.id, kind: "file", name: file.name, change });
    const shown = document.getElementById("main")?.dataset.folder;
    if (shown !== parent && shown !== file.parent) return;
    document.dispatchEvent(new CustomEvent("drive:uploaded"));
  }
}
