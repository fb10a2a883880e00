const STALE = 10 * 60 * 1000;
const MOST_SIGNED = 64;

/** Which parts of one file have arrived, are on their way, or wait; and the signed addresses at hand. */
export class Parts {
  constructor({ size, partSize, done = [] }) {
    Object.assign(this, { size, partSize, count: Math.max(1, Math.ceil(size / partSize)) });
    this.done = new Set();
    this.arrivedBytes = 0;
    this.flying = new Map();
    this.addresses = new Map();
    for (const number of done) this.arrive(number);
  }

  get missing() {
    return this.#numbers((number) => !this.done.has(number));
  }

  get sent() {
    return [...this.flying.values()].reduce((sum, bytes) => sum + bytes, this.arrivedBytes);
  }

  start(number) {
    return (number - 1) * this.partSize;
  }

  bytes(number) {
    return Math.min(this.partSize, this.size - this.start(number));
  }

  of(file, number) {
    return file.slice(this.start(number), this.start(number) + this.bytes(number));
  }

  arrive(number) {
    this.flying.delete(number);
    if (!this.done.has(number)) this.arrivedBytes += this.bytes(number);
    this.done.add(number);
  }

  /** The server says that these did not arrive. */
  lost(numbers) {
    for (const number of numbers) if (this.done.delete(number)) this.arrivedBytes -= this.bytes(number);
  }

  know(number, address) {
    this.addresses.set(number, { ...address, at: performance.now() });
  }

  /** An address that is good for a while yet; signed ones end after 15 minutes. */
  address(number) {
    const known = this.addresses.get(number);
    return known && performance.now() - known.at < STALE ? known : null;
  }

  forget(number) {
    this.addresses.delete(number);
  }

  /** This part and those after it that need an address too. */
  toSign(number) {
    const next = this.#numbers((other) => other > number && !this.done.has(other) && !this.address(other));
    return [number, ...next].slice(0, MOST_SIGNED);
  }

  #numbers(wanted) {
    return Array.from({ length: this.count }, (_, i) => i + 1).filter(wanted);
  }
}
