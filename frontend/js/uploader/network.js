import { faultOf } from "./errors.js";

const HIDDEN_CAP = 30000;
const LONGEST_WAIT = 120;

/** Settles as the promise does, or rejects as soon as the signal aborts. */
export function unlessAborted(promise, signal) {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}

/**
 * The way to the server, shared by all uploads: after a fault everybody waits together, a while that doubles up
 * to cap (milliseconds), and goes on at once when the browser is online again. It never gives up.
 */
export class Network {
  constructor({ base = 500, cap = 8000, random = Math.random } = {}) {
    Object.assign(this, { base, cap, random, until: 0, firm: false, sleepers: new Set() });
    addEventListener("online", () => this.wake());
    document.addEventListener("visibilitychange", () => document.hidden || this.wake());
  }

  /** Tries act until it succeeds or fails for a reason that waiting does not mend. */
  async insist(act, { signal, onFault = () => {} } = {}) {
    for (let attempt = 0; ; attempt += 1) {
      await this.clear(signal);
      try {
        return await unlessAborted(act(attempt), signal);
      } catch (error) {
        const fault = signal?.aborted ? null : faultOf(error);
        if (!fault || attempt + 1 >= fault.times) throw error;
        onFault(fault);
        this.hold(attempt, fault.retryAfter);
      }
    }
  }

  hold(attempt, retryAfter = null) {
    const asked = retryAfter === null ? 0 : Math.min(retryAfter, LONGEST_WAIT) * 1000;
    const cap = document.hidden ? HIDDEN_CAP : this.cap;
    const delay = Math.min(cap, this.base * 2 ** Math.min(attempt, 10)) * (0.5 + this.random() / 2);
    this.firm = asked > 0;
    this.until = Math.max(this.until, performance.now() + Math.max(asked, delay));
  }

  /** Resolves when nobody has to wait (any more). */
  async clear(signal) {
    signal?.throwIfAborted();
    while (this.until > performance.now()) await unlessAborted(this.#sleep(), signal);
  }

  /** Ends the waiting now, unless the server itself asked for it. */
  wake() {
    if (this.firm && this.until > performance.now()) return;
    this.until = 0;
    for (const wake of this.sleepers) wake();
  }

  #sleep() {
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        this.sleepers.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, this.until - performance.now());
      this.sleepers.add(wake);
    });
  }
}
