import { stands } from "../beside.js";
import { bind, release } from "../bind.js";
import { announce } from "../live.js";
import { toast } from "../toasts.js";
import { changed } from "./many.js";
import { pause, seen } from "./patience.js";
import { part } from "./part.js";

/** Checksums of a large file take their time: milliseconds between two looks, which double, and how many looks. */
const SOONEST = 3000;
const LATEST = 30000;
const LOOKS = 20;
const narrow = () => matchMedia("(max-width: 991.98px)").matches;

/** What is known of one thing, beside the list. It follows the selection while it is open. */
export class Details {
  #asking = null;

  /** `turned` is called when another thing is on show, or none. */
  constructor(panel, { turned }) {
    Object.assign(this, { panel, turned });
    this.title = panel.querySelector("#details-title");
    this.holder = panel.querySelector("[data-part]");
    panel.querySelector("[data-close-details]").addEventListener("click", () => this.close());
    panel.addEventListener("keydown", ({ key }) => key === "Escape" && this.close());
    panel.addEventListener("submit", (event) => this.#send(event));
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
    this.turned();
    if (this.before?.isConnected) this.before.focus();
  }

  async show(thing) {
    this.#stop();
    this.thing = thing;
    this.title.textContent = thing.name;
    this.turned();
    const { signal } = (this.#asking = new AbortController());
    try {
      const found = await this.#ask(signal);
      const isPending = found.querySelector("[data-pending]");
      this.#put(found);
      if (isPending) await this.#follow(signal);
    } catch (error) {
      if (!signal.aborted) this.#put(error.title ?? error.message);
    }
  }

  #ask(signal) {
    return part(`/files/${this.thing.id}/details`, "[data-details]", { signal });
  }

  /** Looks until nothing is pending any more, now and then; not while nobody can see it, and not for ever. */
  async #follow(signal) {
    for (let look = 0; look < LOOKS; look += 1) {
      await pause(Math.min(LATEST, SOONEST * 2 ** look), signal);
      await seen(signal);
      const fresh = await this.#ask(signal).catch(() => null);
      signal.throwIfAborted();
      const isPending = !fresh || fresh.querySelector("[data-pending]");
      if (fresh) this.#facts(fresh);
      if (!isPending) return;
    }
  }

  /** Its forms, those of the versions, are sent from here: the answer is the same part as it is then. */
  async #send(event) {
    if (event.defaultPrevented) return;
    event.preventDefault();
    const { target: form, submitter } = event;
    this.#stop();
    const { signal } = (this.#asking = new AbortController());
    submitter.disabled = true;
    try {
      const found = await part(form.action, "[data-details]", { body: new FormData(form) });
      changed();
      signal.throwIfAborted();
      const isPending = found.querySelector("[data-pending]");
      this.#put(found);
      this.holder.querySelector("#versions-title").focus();
      announce(this.holder.querySelector(".notice").textContent.trim());
      if (isPending) await this.#follow(signal);
    } catch (error) {
      if (!signal.aborted) toast(error.title ?? error.message, { kind: "danger" });
    } finally {
      submitter.disabled = false;
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
