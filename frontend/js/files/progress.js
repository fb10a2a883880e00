import { t } from "../strings.js";
import { toast } from "../toasts.js";

const PATIENCE = 700;

/** Counts along while many things are done, once that takes longer than a moment, with a button that stops it. */
export class Progress {
  #count = 0;

  constructor(total, { doing, stop }) {
    Object.assign(this, { total, doing, stop });
    this.timer = setTimeout(() => this.#open(), PATIENCE);
  }

  /** So many more things are over. */
  step(count = 1) {
    this.#count += count;
    this.note?.write(this.#words());
  }

  end() {
    clearTimeout(this.timer);
    this.note?.away();
  }

  #open() {
    const action = { label: t("stop"), run: () => this.stop() };
    this.note = toast(this.#words(), { kind: "work", action, seconds: Infinity });
  }

  #words() {
    const { lang } = document.documentElement;
    const [done, count] = [this.#count, this.total].map((number) => number.toLocaleString(lang));
    return t(this.doing, { done, count });
  }
}
