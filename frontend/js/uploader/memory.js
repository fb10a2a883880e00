const PREFIX = "drive.upload.";
const WEEK = 7 * 24 * 60 * 60 * 1000;

/**
 * Which files were on their way, kept in this browser so that a page loaded later can offer to go on. Names are
 * personal: entries go when done, after 7 days, at log-out, and when somebody else logs in. Storage that is full
 * or forbidden only means that nothing is offered.
 */
export class Memory {
  constructor({ user, storage = globalThis.localStorage, now = Date.now }) {
    Object.assign(this, { user, storage, now });
  }

  keep({ key, id, name, size, fingerprint, parent, path }) {
    const entry = { key, id, name, size, fingerprint, parent, path, user: this.user, at: this.now() };
    this.#quietly(() => this.storage.setItem(PREFIX + key, JSON.stringify(entry)));
  }

  drop(key) {
    this.#quietly(() => this.storage.removeItem(PREFIX + key));
  }

  clear() {
    for (const key of this.#keys()) this.drop(key);
  }

  /** What is still worth offering; everything else is dropped on the way. */
  list() {
    const entries = this.#keys().map((key) => [key, this.#read(key)]);
    for (const [key, entry] of entries) if (!this.#isGood(entry)) this.drop(key);
    return entries.map(([, entry]) => entry).filter((entry) => this.#isGood(entry));
  }

  #isGood(entry) {
    return entry?.user === this.user && this.now() - entry.at < WEEK;
  }

  #read(key) {
    return this.#quietly(() => JSON.parse(this.storage.getItem(PREFIX + key)));
  }

  #keys() {
    const names = this.#quietly(() => Object.keys(this.storage)) ?? [];
    return names.filter((name) => name.startsWith(PREFIX)).map((name) => name.slice(PREFIX.length));
  }

  #quietly(act) {
    try {
      return act();
    } catch {
      return null;
    }
  }
}
