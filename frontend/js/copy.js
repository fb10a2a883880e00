import { announce } from "./live.js";
import { t } from "./strings.js";
import { withCtrl } from "./system.js";

const shownFor = 2000;

/** Copies text; where the browser has no clipboard (plain http), selects the field and copies that. */
export async function copy(text, field) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    field?.focus();
    field?.select();
    return field ? document.execCommand("copy") : false;
  }
}

/** <button data-module="copy" data-field="id of the input"> */
export default class Copy {
  constructor(button) {
    this.button = button;
    this.label = button.querySelector("[data-label]") ?? button;
    button.addEventListener("click", () => this.run());
  }

  async run() {
    const field = document.getElementById(this.button.dataset.field);
    const done = await copy(field.value, field);
    this.say(done ? t("copied") : t("copy_by_hand", { keys: withCtrl("C") }));
  }

  say(text) {
    this.before ??= this.label.textContent;
    this.label.textContent = text;
    announce(text);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => (this.label.textContent = this.before), shownFor);
  }
}
