import { bind, release } from "../bind.js";
import { ask } from "../dialogs.js";
import { once } from "../sending.js";
import { t } from "../strings.js";
import { part } from "./part.js";

const first = "input[readonly], select, button";
/** What the page wants to be seen before all else. */
const foremost = "[data-first]";

/** The links of one thing, over the list. Its forms are the ones of the page of links; they are sent from here. */
export class Share {
  /** What was asked for last: an answer that comes late may be about another thing. */
  #asked = null;

  constructor(dialog) {
    this.dialog = dialog;
    this.title = dialog.querySelector(".dialog-title");
    this.holder = dialog.querySelector("[data-part]");
    this.error = dialog.querySelector("[data-error]");
    this.said = dialog.querySelector("[data-said]");
    this.holder.addEventListener("submit", (event) => this.#submit(event));
  }

  /** Resolves when the dialog is closed; true when links were made, changed or ended. */
  async open({ id, name }) {
    this.changed = false;
    this.title.textContent = t("share_title", { name });
    this.holder.replaceChildren();
    const closed = ask(this.dialog);
    await this.#load(`/files/${id}/share`);
    await closed;
    return this.changed;
  }

  async #submit(event) {
    if (event.defaultPrevented) return;
    event.preventDefault();
    const [form, button] = [event.target, event.submitter];
    if (!(await once({ form, button }, () => this.#load(form.action, new FormData(form))))) return;
    this.changed = true;
    if (this.holder.querySelector("[role=alert]")) return;
    this.said.textContent = this.holder.firstElementChild.dataset.said ?? t("link_saved");
  }

  async #load(url, body) {
    const mine = (this.#asked = {});
    this.error.textContent = this.said.textContent = "";
    try {
      const found = await part(url, "[data-links]", { body });
      if (this.#asked !== mine) return false;
      release(this.holder);
      this.holder.replaceChildren(found);
      await bind(this.holder);
      (this.holder.querySelector(foremost) ?? this.holder.querySelector(first))?.focus();
      return true;
    } catch (error) {
      if (this.#asked === mine) this.error.textContent = error.title ?? error.message;
      return false;
    }
  }
}
