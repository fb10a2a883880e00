import { Contract } from "./contract.js";
import { fingerprint } from "./fingerprint.js";
import { Lanes } from "./lanes.js";
import { Memory } from "./memory.js";
import { Network } from "./network.js";
import { Offers } from "./offers.js";
import { Rate } from "./rate.js";
import { Tabs } from "./tabs.js";
import { Upload } from "./upload.js";

const LARGE_AT_ONCE = 3;
const SMALL_AT_ONCE = 200;
const SMALL_BYTES_AT_ONCE = 256 * 1024 * 1024;

/** A file never takes the place of a folder. */
export const canTake = (choice, existing) => choice !== "replace" || existing.kind !== "folder";

/**
 * The queue of all uploads of a page. Events: "added" {uploads}, "changed", "done" {upload} and
 * "ask" {upload, existing, settle, signal}. What it needs of the page is handed in.
 */
export class Uploader extends EventTarget {
  constructor({ api, renew, user, stall = 30000 }) {
    super();
    Object.assign(this, { stall, renew, user, uploads: [], queued: new Set(), running: new Set(), rate: new Rate() });
    this.network = new Network();
    this.contract = new Contract({ api, renew, user, stall });
    this.lanes = new Lanes(this.rate);
    this.memory = new Memory({ user });
    // What fails while the page is taken down was only interrupted.
    for (const type of ["pagehide", "pageshow"]) addEventListener(type, () => (this.leaving = type === "pagehide"));
    const mine = () => this.unfinished.flatMap(({ key, id }) => (id ? [key, id] : [key]));
    const tabs = new Tabs({ mine, opened: () => this.comeBack() });
    this.offers = new Offers({ memory: this.memory, contract: this.contract, tabs });
  }

  get unfinished() {
    return this.uploads.filter((upload) => upload.isUnfinished);
  }

  /** Leaving the page now would interrupt something. */
  get isBusy() {
    return this.unfinished.length > 0;
  }

  /** Puts files ({file, path}: path is the folder below parent, "" for none) into the queue, as one choice. */
  add(entries, { parent }) {
    const pick = { choice: null };
    this.#queue(entries.map(({ file, path }) => new Upload(file, { engine: this, parent, path, pick })));
  }

  /** Goes on with interrupted uploads; resolves with the files that are none of them. */
  async goOn(files) {
    const [uploads, strangers, pick] = [[], [], { choice: null }];
    for (const file of files) {
      const print = await fingerprint(file).catch(() => null);
      const offer = this.offers.take({ name: file.name, size: file.size, fingerprint: print });
      if (!offer) strangers.push(file);
      else uploads.push(new Upload(file, { engine: this, pick, ...this.#placeOf(offer) }));
    }
    this.#queue(uploads);
    return strangers;
  }

  pauseAll() {
    for (const upload of this.unfinished) upload.pause();
  }

  async resumeAll() {
    await this.renew().catch(() => {});
    for (const upload of this.uploads) if (!upload.isOver) upload.resume();
  }

  /** Goes on with what the end of a session stopped, once the same person is logged in again: in another tab, say. */
  async comeBack() {
    const stopped = this.uploads.filter(({ state }) => state === "signed_out");
    if (!stopped.length || (await this.renew().catch(() => null)) !== this.user) return;
    for (const upload of stopped) if (upload.state === "signed_out") upload.resume();
  }

  /** Takes what is over off the list. */
  clear() {
    this.uploads = this.uploads.filter((upload) => !upload.isOver);
  }

  // What an Upload asks of its engine.

  async recognise(upload) {
    await this.offers.ready;
    const offer = this.offers.take(upload, { parent: upload.parent, path: upload.path });
    if (!offer) return;
    if (offer.key) this.memory.drop(upload.key);
    Object.assign(upload, { id: offer.id, key: offer.key ?? upload.key });
  }

  async ask(upload, existing, signal) {
    const { choice } = upload.pick;
    if (choice && canTake(choice, existing)) return choice;
    return new Promise((settle) => this.#tell("ask", { upload, existing, settle, signal }));
  }

  noted(upload) {
    this.memory.keep(upload);
  }

  moved(upload, bytes) {
    if (bytes > 0 && upload.state === "sending") this.rate.add(bytes);
  }

  changed(upload, before = upload.state) {
    this.#sort(upload);
    if (upload.isOver && !this.leaving) this.memory.drop(upload.key);
    if (upload.state === "done" && before !== "done") this.#tell("done", { upload });
    this.#tell("changed");
    this.#fillSoon();
  }

  #placeOf({ id = null, key, parent, path = "" }) {
    return key ? { id, key, parent, path } : { id, parent, path };
  }

  #queue(uploads) {
    if (!uploads.length) return;
    for (const upload of uploads) {
      this.uploads.push(upload);
      this.#sort(upload);
      this.memory.keep(upload);
    }
    this.#tell("added", { uploads });
    this.#fillSoon();
  }

  #sort(upload) {
    this.queued[upload.state === "queued" ? "add" : "delete"](upload);
    this.running[upload.isRunning ? "add" : "delete"](upload);
  }

  #fillSoon() {
    if (this.soon || !this.queued.size) return;
    this.soon = true;
    queueMicrotask(() => {
      this.soon = false;
      this.#fill();
    });
  }

  /** Starts what may run at once: a few large files, and as many small ones as make full calls. */
  #fill() {
    const room = { large: LARGE_AT_ONCE, small: SMALL_AT_ONCE, bytes: SMALL_BYTES_AT_ONCE };
    const take = (upload) => {
      room[upload.isSmall ? "small" : "large"] -= 1;
      if (upload.isSmall) room.bytes -= upload.size;
    };
    if (!this.running.size) this.rate.restart();
    this.running.forEach(take);
    for (const upload of [...this.queued]) {
      const noSmall = room.small <= 0 || room.bytes <= 0;
      if (noSmall && room.large <= 0) return;
      if (upload.isSmall ? noSmall : room.large <= 0) continue;
      take(upload);
      upload.run();
    }
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
