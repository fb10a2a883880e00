const WINDOW = 8000;
const STEP = 250;

/** How many bytes a second move, over the last seconds. */
export class Rate {
  constructor(now = () => performance.now()) {
    Object.assign(this, { now, marks: [], total: 0 });
  }

  add(bytes) {
    const at = this.now();
    this.total += bytes;
    const last = this.marks.at(-1);
    if (!last || at - last.at >= STEP) this.marks.push({ at, total: this.total - bytes });
    while (this.marks.length > 1 && at - this.marks[0].at > WINDOW) this.marks.shift();
  }

  /** Bytes a second; null until there is something to measure. */
  get perSecond() {
    const first = this.marks[0];
    const seconds = first ? (this.now() - first.at) / 1000 : 0;
    return seconds < 0.5 ? null : Math.max(0, (this.total - first.total) / seconds);
  }

  /** After a pause the seconds without bytes must not count. */
  restart() {
    this.marks = [];
  }
}
