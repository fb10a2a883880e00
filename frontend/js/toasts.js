import { icon } from "./icons.js";
import { announce } from "./live.js";
import { t } from "./strings.js";

/** Runs done after a time on show; the clock stands still while pointer or focus is on the element. */
class Countdown {
  #holds = new Set();

  constructor(element, milliseconds, done) {
    Object.assign(this, { left: milliseconds, done });
    for (const [begins, ends] of [["pointerenter", "pointerleave"], ["focusin", "focusout"]]) {
      element.addEventListener(begins, () => this.#hold(begins));
      element.addEventListener(ends, () => this.#letGo(begins));
    }
    this.#go();
  }

  #go() {
    this.since = performance.now();
    this.timer = setTimeout(this.done, this.left);
  }

  #hold(why) {
    if (!this.#holds.size) {
      clearTimeout(this.timer);
      this.left = Math.max(1000, this.left - (performance.now() - this.since));
    }
    this.#holds.add(why);
  }

  #letGo(why) {
    if (this.#holds.delete(why) && !this.#holds.size) this.#go();
  }
}

/** What each toast on show offers to do, and where the focus was before it went into the toast. */
const actions = new WeakMap();
const before = new WeakMap();

function button(label, className, run) {
  const element = document.createElement("button");
  Object.assign(element, { type: "button", className });
  element.append(label);
  element.addEventListener("click", run);
  return element;
}

/** Takes a toast away; a focus that was in it goes back to where it came from. */
function drop(element) {
  const focused = element.contains(document.activeElement);
  element.remove();
  if (!focused) return;
  const back = before.get(element);
  (back?.isConnected ? back : document.getElementById("main")).focus();
}

function run(element) {
  const { run: act } = actions.get(element);
  drop(element);
  act();
}

function build(text, { kind, action }) {
  const element = document.createElement("div");
  element.className = `toast-note toast-note-${kind}`;
  element.dataset.kind = kind;
  const words = document.createElement("p");
  words.textContent = text;
  element.append(words);
  if (action) {
    actions.set(element, action);
    element.append(button(action.label, "btn btn-link", () => run(element)));
  }
  const close = button(icon("x-lg"), "icon-button", () => drop(element));
  close.setAttribute("aria-label", t("close"));
  element.append(close);
  element.addEventListener("focusin", ({ relatedTarget }) => {
    if (!element.contains(relatedTarget)) before.set(element, relatedTarget);
  });
  return element;
}

/**
 * Shows a short message at the foot of the page and says it to screen readers.
 * kind is "info" or "danger"; action is {label, run}. A message takes the place of the one before of its kind, so that
 * there are never more than a piece of news and a failure on show, beside what is under way (kind "work"). Returns what
 * takes the toast away, and what changes its words without saying them.
 */
export function toast(text, { kind = "info", action = null, seconds = 10 } = {}) {
  const element = build(text, { kind, action });
  const all = document.getElementById("toasts");
  for (const old of all.querySelectorAll(`[data-kind="${kind}"]`)) drop(old);
  all.append(element);
  if (seconds < Infinity) new Countdown(element, seconds * 1000, () => drop(element));
  announce(text, { urgent: kind === "danger" });
  const write = (words) => (element.querySelector("p").textContent = words);
  return { away: () => drop(element), write };
}
