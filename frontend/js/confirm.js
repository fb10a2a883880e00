import { ask } from "./dialogs.js";
import { t } from "./strings.js";

function part(tag, className, text) {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = text;
  return element;
}

function choice(text, value, className) {
  const element = part("button", `btn ${className}`, text);
  element.value = value;
  return element;
}

function build({ title, text, action, danger }) {
  const dialog = document.createElement("dialog");
  dialog.className = "dialog dialog-small";
  dialog.setAttribute("aria-labelledby", "confirm-title");
  const form = document.createElement("form");
  form.method = "dialog";
  const heading = part("h2", "dialog-title", title);
  heading.id = "confirm-title";
  const row = part("div", "dialog-actions", "");
  const style = danger ? "btn-danger" : "btn-primary";
  row.append(choice(t("cancel"), "", "btn-outline-secondary"), choice(action, "yes", style));
  form.append(heading, part("p", "dialog-text", text), row);
  dialog.append(form);
  return dialog;
}

/** Asks a yes-or-no question; resolves true only for the named action. */
export async function confirm({ title, text, action, danger = false }) {
  const dialog = build({ title, text, action, danger });
  document.body.append(dialog);
  const answer = await ask(dialog);
  dialog.remove();
  return answer === "yes";
}

/** A form that asks first, each time that it is sent: data-title, data-text, data-action, data-danger. */
export default class Confirm {
  constructor(form) {
    this.form = form;
    form.addEventListener("submit", (event) => this.submit(event));
  }

  async submit(event) {
    if (this.sure) return;
    event.preventDefault();
    const { title, text, action, danger } = this.form.dataset;
    if (!(await confirm({ title, text, action, danger: danger !== undefined }))) return;
    this.sure = true;
    this.form.requestSubmit(event.submitter);
    this.sure = false;
  }
}
