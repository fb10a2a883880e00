/** Milliseconds within which an upload that is under way takes a part, slow lines included. */
const UNDER_WAY = 5 * 60 * 1000;

/**
 * Uploads that were interrupted, in this browser (memory) or in another one (the server's list), and that go on as
 * soon as the same file is chosen again. Browsers do not let a page keep the file itself.
 */
export class Offers {
  constructor({ memory, contract, tabs }) {
    Object.assign(this, { memory, contract, tabs, items: [], ready: Promise.resolve() });
  }

  /** Never rejects: without an answer nothing is offered. */
  load() {
    this.ready = this.#find().catch(() => []).then((items) => (this.items = items));
    return this.ready;
  }

  async #find() {
    const [kept, open] = [this.memory.list(), await this.contract.open()];
    if (!kept.length && !open.length) return [];
    const busy = await this.tabs.busy();
    const byId = new Map(open.map((item) => [item.id, item]));
    const known = new Set(kept.map(({ id }) => id).filter(Boolean));
    for (const { key, id } of kept) if (id && !byId.has(id)) this.memory.drop(key);
    const here = kept.filter(({ id }) => !id || byId.has(id));
    const elsewhere = open.filter(({ id, fingerprint }) => fingerprint && !known.has(id));
    return [...here, ...elsewhere].filter(({ key, id }) => !busy.has(key) && !busy.has(id));
  }

  /** The offer that this file answers, taken off the list; null when there is none. */
  take({ name, size, fingerprint }, place = null) {
    const at = this.items.findIndex((offer) =>
      offer.name === name && offer.size === size && (offer.id ? offer.fingerprint === fingerprint : true)
      && (place === null || (offer.parent === place.parent && (offer.path ?? "") === place.path)));
    return at < 0 ? null : this.items.splice(at, 1)[0];
  }

  /** Gives these up, all unless told otherwise, but not what another browser is sending. */
  async dismiss(items = this.items) {
    this.items = this.items.filter((item) => !items.includes(item));
    for (const { key } of items) if (key) this.memory.drop(key);
    const sent = await this.#sentElsewhere(items);
    const given = items.filter(({ id }) => id && !sent.has(id));
    await Promise.allSettled(given.map(({ id }) => this.contract.abandon(id)));
  }

  /** Ids that this browser did not begin and that were touched just now; all of those when nobody answers. */
  async #sentElsewhere(items) {
    const others = items.filter(({ key }) => !key);
    if (!others.length) return new Set();
    const open = await this.contract.open().catch(() => null);
    const isIdle = ({ touched }) => Date.now() - Date.parse(touched) > UNDER_WAY;
    const idle = new Set(open?.filter(isIdle).map(({ id }) => id));
    return new Set(others.map(({ id }) => id).filter((id) => !idle.has(id)));
  }
}
