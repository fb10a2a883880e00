import { Fault, Stopped, faultOf, isAbort } from "./errors.js";
import { fingerprint } from "./fingerprint.js";
import { unlessAborted } from "./network.js";
import { Parts } from "./parts.js";
import { put } from "./put.js";
import { Rate } from "./rate.js";

/** Below this a file is one PUT, and its begin and complete travel together with those of others. */
export const SMALL = 16 * 1024 * 1024;
const MOST_ROUNDS = 8;
const MOST_REFUSALS = 6;
const MOST_WORKERS = 6;

const running = new Set(["starting", "sending", "finishing"]);
const unfinished = new Set(["queued", "starting", "sending", "finishing", "asking", "paused", "signed_out"]);
const stopped = new Set(["paused", "signed_out", "full", "failed"]);
const over = new Set(["done", "skipped", "cancelled", "failed"]);

function newKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** ISO 8601, or nothing where a file system gives a time that no calendar has. */
function timeOf(file) {
  const year = new Date(file.lastModified).getUTCFullYear();
  return year >= 1970 && year <= 9999 ? new Date(file.lastModified).toISOString() : undefined;
}

/**
 * One file on its way. state is queued, starting, sending, finishing, asking, paused, signed_out, full, failed, done,
 * skipped or cancelled; waiting is null or the reason of the fault it sits out ("network", "silent", "busy").
 */
export class Upload {
  constructor(file, { engine, parent, path = "", pick = {}, id = null, key = newKey() }) {
    Object.assign(this, { file, engine, parent, path, pick, id, key, name: file.name, size: file.size });
    Object.assign(this, { state: "queued", waiting: null, error: null, result: null, sent: 0, refusals: 0 });
    Object.assign(this, { replaces: null, parts: null, conflict: "ask", fingerprint: null });
    Object.assign(this, { rate: new Rate(), control: null });
  }

  get isSmall() {
    return this.size < SMALL;
  }

  get isRunning() {
    return running.has(this.state);
  }

  get isUnfinished() {
    return unfinished.has(this.state);
  }

  get isOver() {
    return over.has(this.state);
  }

  /** Goes as far as it gets; never rejects. Paused, stopped or failed it can run again. */
  async run() {
    this.control = new AbortController();
    const { signal } = this.control;
    this.#become("starting");
    try {
      await this.#identify(signal);
      await this.#journey(signal);
    } catch (error) {
      if (!signal.aborted) this.#stop(error);
    }
  }

  pause() {
    if (!this.isRunning && this.state !== "queued" && this.state !== "asking") return;
    this.#become("paused");
    this.control?.abort();
  }

  /** Back into the queue; what the server has by then is asked anew. */
  resume() {
    if (!stopped.has(this.state)) return;
    Object.assign(this, { parts: null, error: null, refusals: 0 });
    this.rate.restart();
    this.#become("queued");
  }

  cancel() {
    if (this.isOver && this.state !== "failed") return;
    this.#become("cancelled");
    this.control?.abort();
    this.#abandon();
  }

  async #identify(signal) {
    const reading = fingerprint(this.file).catch(() => Promise.reject(new Stopped("unreadable")));
    this.fingerprint ??= await unlessAborted(reading, signal);
    if (!this.id) await unlessAborted(this.engine.recognise(this), signal);
  }

  async #journey(signal) {
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      try {
        return await this.#once(signal);
      } catch (error) {
        if (error.status === 404 && this.id) await this.#beginAnew(signal);
        else if (error.code === "incomplete") this.parts.lost(error.body.missing);
        else if (error.code !== "exists") throw error;
        else if (!(await this.#settle(error.body.existing, signal))) return undefined;
      }
    }
    throw new Stopped("refused");
  }

  /** The drive does not know it any more, unless another person's was asked. Under the same key it takes room once. */
  async #beginAnew(signal) {
    await this.#insist(() => this.engine.contract.confirm(), signal);
    Object.assign(this, { id: null, parts: null });
    this.engine.noted(this);
  }

  async #once(signal) {
    const answer = this.id ? await this.#recall(signal) : await this.#begin(signal);
    if (answer.file) return this.#finish(answer.file, this.conflict === "skip" ? "skipped" : "done");
    this.#become("sending");
    await this.#send(signal);
    this.#become("finishing");
    const { file, change } = await this.#insist(() => this.#complete(), signal);
    this.change = change;
    return this.#finish(file, "done");
  }

  #begin(signal) {
    const { key } = this;
    const item = {
      name: this.name, size: this.size, type: this.file.type || undefined, mtime: timeOf(this.file), key,
      parent: this.parent, path: this.path || undefined, fingerprint: this.fingerprint, conflict: this.conflict,
    };
    const { contract } = this.engine;
    const call = () => (this.isSmall ? contract.beginSmall(item) : contract.begin(item));
    return this.#insist(() => call().then((answer) => this.#adopt(answer, key)), signal);
  }

  /** Runs even when nobody waits for the answer any more: an upload that was opened must not be lost sight of. */
  #adopt(answer, key) {
    if (answer.file || key !== this.key || answer.id === this.id) return answer;
    this.id = answer.id;
    this.#lay(answer);
    if (answer.url) this.parts.know(1, { url: answer.url, headers: answer.headers });
    if (this.state === "cancelled") this.#abandon();
    else this.engine.noted(this);
    return answer;
  }

  async #recall(signal) {
    if (this.parts) return {};
    const answer = await this.#insist(() => this.engine.contract.state(this.id), signal);
    if (answer.state !== "done") this.#lay(answer);
    return answer;
  }

  #lay({ part_size: partSize, done }) {
    this.parts = new Parts({ size: this.size, partSize, done });
    this.#count();
  }

  async #send(signal) {
    const flight = new AbortController();
    const land = () => flight.abort();
    signal.addEventListener("abort", land, { once: true });
    const queue = this.parts.missing;
    const work = async () => {
      while (queue.length) await this.#sendPart(queue.shift(), flight.signal);
    };
    try {
      await Promise.all(Array.from({ length: Math.min(queue.length, MOST_WORKERS) }, work));
    } finally {
      flight.abort();
      signal.removeEventListener("abort", land);
    }
  }

  #sendPart(number, signal) {
    const { lanes } = this.engine;
    const attempt = async (before) => {
      if (before) this.parts.forget(number);
      await lanes.run(this.parts.bytes(number), signal, () => this.#put(number, signal));
    };
    return this.#insist(attempt, signal);
  }

  async #put(number, signal) {
    const { parts } = this;
    const address = parts.address(number) ?? (await this.#sign(number));
    signal.throwIfAborted();
    const progress = (bytes) => this.#flown(number, bytes);
    try {
      await put(address, parts.of(this.file, number), { signal, stall: this.engine.stall, progress });
      this.#arrived(number);
    } catch (error) {
      parts.flying.delete(number);
      if (parts === this.parts) this.#count();
      if (error.status === 409 || error.status === 412) this.#arrived(number);
      else throw await this.#reasonOf(error);
    }
  }

  async #sign(number) {
    const { parts } = this;
    const urls = await this.engine.contract.sign(this.id, parts.toSign(number));
    for (const [signed, address] of Object.entries(urls)) parts.know(Number(signed), address);
    return parts.address(number);
  }

  /** Why a PUT failed, told apart as far as a browser shows it. */
  async #reasonOf(error) {
    if (isAbort(error) || error.status === 507) return error;
    if (error.name !== "PutRefused") return (await this.#isReadable()) ? error : new Stopped("unreadable");
    if (faultOf(error)) return error;
    this.refusals += 1;
    return this.refusals > MOST_REFUSALS ? new Stopped("refused") : new Fault("busy");
  }

  async #isReadable() {
    return this.file.slice(0, 1).arrayBuffer().then(() => true, () => false);
  }

  #arrived(number) {
    this.parts.arrive(number);
    this.refusals = 0;
    this.#count();
  }

  #flown(number, bytes) {
    const part = this.parts.bytes(number);
    this.parts.flying.set(number, Math.min(bytes, part));
    this.waiting = null;
    this.#count();
  }

  #count() {
    const moved = this.parts.sent - this.sent;
    this.sent = this.parts.sent;
    if (this.state === "sending" && moved > 0) this.rate.add(moved);
    this.engine.moved(this, moved);
  }

  #complete() {
    const { contract } = this.engine;
    const conflict = this.conflict === "ask" ? undefined : this.conflict;
    return this.isSmall ? contract.completeSmall(this.id, conflict) : contract.complete(this.id, conflict);
  }

  /** Asks what becomes of a taken name; false when this file is not to be sent. */
  async #settle(existing, signal) {
    this.#become("asking");
    const choice = await unlessAborted(this.engine.ask(this, existing, signal), signal);
    if (choice === "skip") this.#abandon();
    if (choice === "skip") this.#finish(existing, "skipped");
    if (choice === null) this.pause();
    if (choice === null || choice === "skip") return false;
    this.conflict = choice;
    this.replaces = choice === "replace" ? existing.id : null;
    this.#become("starting");
    return true;
  }

  async #insist(act, signal) {
    const onFault = (fault) => {
      this.waiting = fault.reason;
      this.engine.changed(this);
    };
    const answer = await this.engine.network.insist(act, { signal, onFault });
    this.waiting = null;
    return answer;
  }

  #abandon() {
    const { contract, network } = this.engine;
    const id = this.id;
    this.id = null;
    if (id) network.insist(() => contract.abandon(id)).catch(() => {});
  }

  #finish(file, state) {
    this.result = file;
    this.#become(state);
    this.file = null;
  }

  #stop(error) {
    const states = { 401: "signed_out", 507: "full" };
    this.error = error;
    this.#become(states[error.status] ?? "failed");
  }

  #become(state) {
    const before = this.state;
    this.state = state;
    if (state !== "sending") this.waiting = null;
    this.engine.changed(this, before);
  }
}
