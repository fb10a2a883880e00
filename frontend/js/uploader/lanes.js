import { unlessAborted } from "./network.js";

const MIB = 1024 * 1024;
const SLOW = 1e6;

/**
 * How many PUTs are in flight: 6 of up to 1 MiB; of larger ones 4, and 2 below 1 MB/s. A browser opens 6 connections
 * to a server, and large parts must leave some for the pages that are looked at meanwhile.
 */
export class Lanes {
  constructor(rate) {
    Object.assign(this, { rate, busy: 0, queue: [] });
  }

  async run(bytes, signal, act) {
    await this.#enter(bytes, signal);
    try {
      return await act();
    } finally {
      this.busy -= 1;
      this.#admit();
    }
  }

  #limit(bytes) {
    if (bytes <= MIB) return 6;
    return (this.rate.perSecond ?? SLOW) < SLOW ? 2 : 4;
  }

  #admit() {
    while (this.queue.length && this.busy < this.#limit(this.queue[0].bytes)) {
      this.busy += 1;
      this.queue.shift().enter();
    }
  }

  async #enter(bytes, signal) {
    const place = { bytes };
    const entered = new Promise((resolve) => (place.enter = resolve));
    this.queue.push(place);
    this.#admit();
    try {
      await unlessAborted(entered, signal);
    } catch (error) {
      const at = this.queue.indexOf(place);
      if (at < 0) this.busy -= 1;
      else this.queue.splice(at, 1);
      this.#admit();
      throw error;
    }
  }
}
