import { holdsMore } from "../held.js";

const steps = { ArrowRight: 1, ArrowLeft: -1 };

/** One stop for Tab; from there the arrows, Home and End lead to the other buttons on show. */
export class Toolbar {
  constructor(element) {
    this.element = element;
    element.addEventListener("keydown", (event) => this.#key(event));
    element.addEventListener("focusin", ({ target }) => this.settle(target));
    new ResizeObserver(() => this.settle()).observe(element);
  }

  get #all() {
    return [...this.element.querySelectorAll("button")];
  }

  get #shown() {
    return this.#all.filter((button) => button.checkVisibility());
  }

  /** Call when buttons came or went. */
  settle(wanted = this.#all.find(({ tabIndex }) => tabIndex === 0)) {
    const shown = this.#shown;
    const stop = shown.includes(wanted) ? wanted : shown[0];
    for (const button of this.#all) button.tabIndex = button === stop ? 0 : -1;
  }

  #key(event) {
    if (holdsMore(event)) return;
    const shown = this.#shown;
    const at = shown.indexOf(event.target);
    const forward = getComputedStyle(this.element).direction === "rtl" ? -1 : 1;
    const to = { Home: 0, End: shown.length - 1 }[event.key] ?? at + steps[event.key] * forward;
    if (at < 0 || Number.isNaN(to)) return;
    event.preventDefault();
    shown.at(to % shown.length).focus();
  }
}
