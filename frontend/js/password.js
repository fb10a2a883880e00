import { t } from "./strings.js";

const kinds = [/\p{Ll}/u, /\p{Lu}/u, /\p{N}/u, /[^\p{L}\p{N}]/u];

/** A word for how hard a password is to guess; the server has the last say. */
export function strength(password, minimum) {
  const length = [...password].length;
  if (length === 0) return "";
  if (length < minimum) return t("password_short", { minimum });
  const variety = new Set(password).size;
  const score = length + 2 * kinds.filter((kind) => kind.test(password)).length;
  if (variety < 5 || score < 16) return t("password_weak");
  return score < 22 ? t("password_fair") : t("password_strong");
}

/** The wrapper of a password field: a button that shows it, and with data-minimum its strength in words. */
export default class Password {
  constructor(wrapper) {
    this.input = wrapper.querySelector("input");
    this.button = wrapper.querySelector("[data-shows]");
    this.words = wrapper.querySelector("[data-strength]");
    this.minimum = Number(wrapper.dataset.minimum);
    this.button.hidden = false;
    this.button.addEventListener("click", () => this.toggle());
    if (this.words) this.input.addEventListener("input", () => this.judge());
  }

  toggle() {
    const show = this.input.type === "password";
    this.input.type = show ? "text" : "password";
    this.button.setAttribute("aria-pressed", String(show));
  }

  judge() {
    this.words.textContent = strength(this.input.value, this.minimum);
  }
}
