import { ask } from "../dialogs.js";
import { t, tn } from "../strings.js";
import { canTake } from "../uploader/uploader.js";
import { sizeText } from "./words.js";


function dateText(time) {
  const style = { dateStyle: "medium", timeStyle: "short" };
  return new Date(time).toLocaleString(document.documentElement.lang, style);
}

function factsText({ size, time, kind }) {
  return kind === "folder" ? t("tray_folder") : t("tray_facts", { size: sizeText(size), time: dateText(time) });
}

/** Asks what becomes of taken names, one dialog at a time; "for all" answers the rest of the same choice of files. */
export class Conflicts {
  constructor(dialog, uploads) {
    Object.assign(this, { dialog, uploads, waiting: [], open: null });
    const names = ["name", "old", "new", "rest", "rest-text", "replace"];
    this.parts = Object.fromEntries(names.map((part) => [part, dialog.querySelector(`[data-${part}]`)]));
  }

  /** question: {upload, existing, settle, signal}; settle is called with the choice, or null to stand still. */
  add(question) {
    question.signal.addEventListener("abort", () => this.#withdraw(question), { once: true });
    this.waiting.push(question);
    this.#next();
  }

  async #next() {
    if (this.open || !this.waiting.length) return;
    this.open = this.waiting.shift();
    const { upload, existing, settle } = this.open;
    const { choice: known } = upload.pick;
    if (known && canTake(known, existing)) settle(known);
    else await this.#askAbout(this.open);
    this.open = null;
    this.#next();
  }

  async #askAbout({ upload, existing, settle }) {
    this.#describe(upload, existing);
    const choice = (await ask(this.dialog)) || null;
    if (choice && this.parts.rest.checked) upload.pick.choice = choice;
    settle(choice);
  }

  #describe(upload, existing) {
    const { parts } = this;
    const others = this.uploads().filter((other) => other.pick === upload.pick && other.isUnfinished).length - 1;
    parts.name.textContent = t("tray_taken", { name: upload.name });
    parts.old.textContent = factsText({ size: existing.size, time: existing.modified, kind: existing.kind });
    parts.new.textContent = factsText({ size: upload.size, time: upload.file.lastModified });
    parts.replace.hidden = !canTake("replace", existing);
    parts.rest.checked = false;
    parts.rest.closest("label").hidden = others < 1;
    parts["rest-text"].textContent = tn("tray_rest", others);
  }

  #withdraw(question) {
    this.waiting = this.waiting.filter((other) => other !== question);
    if (this.open === question) this.dialog.close();
  }
}
