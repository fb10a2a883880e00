import { icon } from "./icons.js";
import { announce } from "./live.js";
import { t } from "./strings.js";

const MOST = 3;

/** Runs done after a time on show; the clock stands still while pointer or focus is on the element. */
class Countdown {
  constructor(element, milliseconds, done) {
    Object.assign(this, { element, left: milliseconds, done });
    for (const event of ["pointerenter", "focusin"]) element.addEventListener(event, () => this.hold());
    for (const event of ["pointerleave", "focusout"]) element.addEventListener(event, () => this.go());
    this.go();
  }

  go() {
    clearTimeout(this.timer);
    this.since = performance.now();
    this.timer = setTimeout(this.done, this.left);
  }

  hold() {
    clearTimeout(this.timer);
    this.left = Math.max(1000, this.left - (performance.now() - this.since));
  }
}

function button(label, className, run) {
  const element = document.createElement("button");
  Object.assign(element, { type: "button", className });
  element.append(label);
  element.addEventListener("click", run);
  return element;
}

/**
 * Shows a short message at the foot of the page and says it to screen readers.
 * kind is "info" or "danger"; action is {label, run}. Only the latest few are on show, so that they never cover a
 * small window. Returns a function that takes the toast away.
 */
export function toast(text, { kind = "info", action = null, seconds = 10 } = {}) {
  const element = document.createElement("div");
  element.className = `toast-note toast-note-${kind}`;
  const away = () => element.remove();
  const words = document.createElement("p");
  words.textContent = text;
  element.append(words);
  if (action) element.append(button(action.label, "btn btn-link", () => (away(), action.run())));
  const close = button(icon("x-lg"), "icon-button", away);
  close.setAttribute("aria-label", t("close"));
  element.append(close);
  const all = document.getElementById("toasts");
  all.append(element);
  for (const old of [...all.children].slice(0, -MOST)) old.remove();
  new Countdown(element, seconds * 1000, away);
  announce(text, { urgent: kind === "danger" });
  return away;
}
