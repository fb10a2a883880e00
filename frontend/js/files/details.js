import { stands } from "../beside.js";
import { bind, release } from "../bind.js";
import { part } from "./part.js";

const again = 3000;
const narrow = () => matchMedia("(max-width: 991.98px)").matches;

/** What is known of one thing, beside the list. It follows the selection while it is open. */
export class Details {
  #asking = null;

  constructor(panel) {
    this.panel = panel;
    this.title = panel.querySelector("#details-title");
    this.holder = panel.querySelector("[data-part]");
    panel.querySelector("[data-close-details]").addEventListener("click", () => this.close());
    panel.addEventListener("keydown", ({ key }) => key === "Escape" && this.close());
  }

  get isOpen() {
    return !this.panel.hidden;
  }

  /** Opens for a thing {id, name}; the focus goes into the panel where it covers the list. */
  async open(thing) {
    this.before = document.activeElement;
    this.#appear(true);
    if (narrow()) this.title.focus();
    await this.show(thing);
  }

  close() {
    this.#stop();
    this.#appear(false);
    if (this.before?.isConnected) this.before.focus();
  }

  async show(thing) {
    this.#stop();
    this.thing = thing;
    this.title.textContent = thing.name;
    await this.#load((found) => this.#put(found));
  }

  async #load(put) {
    const mine = (this.#asking = new AbortController());
    try {
      const found = await part(`/files/${this.thing.id}/details`, "[data-details]", { signal: mine.signal });
      const pending = found.querySelector("[data-pending]");
      put(found);
      if (pending) this.timer = setTimeout(() => this.#load((fresh) => this.#facts(fresh)), again);
    } catch (error) {
      if (error.name !== "AbortError") this.#put(error.title ?? error.message);
    }
  }

  disconnect() {
    this.#stop();
    this.#appear(false);
  }

  #appear(isOpen) {
    this.panel.hidden = !isOpen;
    stands("details-beside", isOpen);
  }

  /** Nothing more is asked for. */
  #stop() {
    clearTimeout(this.timer);
    this.#asking?.abort();
  }

  /** Checksums are there some time after the file; the preview stays as it is. */
  #facts(fresh) {
    this.holder.querySelector(".facts").replaceWith(fresh.querySelector(".facts"));
  }

  #put(content) {
    release(this.holder);
    this.holder.replaceChildren(content);
    bind(this.holder);
  }
}
