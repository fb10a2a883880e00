import { askAboutName } from "../conflict.js";
import { t, tn } from "../strings.js";
import { canTake } from "../uploader/uploader.js";

/** Asks what becomes of taken names, one dialog at a time; "for all" answers the rest of the same choice of files. */
export class Conflicts {
  constructor(uploads) {
    Object.assign(this, { uploads, waiting: [], open: null });
  }

  /** question: {upload, existing, settle, signal}; settle is called with the choice, or null to stand still. */
  add(question) {
    this.waiting.push(question);
    this.#next();
  }

  async #next() {
    if (this.open || !this.waiting.length) return;
    this.open = this.waiting.shift();
    const { upload, existing, settle, signal } = this.open;
    const { choice: known } = upload.pick;
    if (signal.aborted) settle(null);
    else if (known && canTake(known, existing)) settle(known);
    else await this.#askAbout(this.open);
    this.open = null;
    this.#next();
  }

  async #askAbout({ upload, existing, settle, signal }) {
    const others = this.uploads().filter((other) => other.pick === upload.pick && other.isUnfinished).length - 1;
    const { choice, forAll } = await askAboutName({
      text: t("tray_taken", { name: upload.name }),
      existing: { ...existing, time: existing.modified },
      arriving: { size: upload.size, time: upload.file.lastModified },
      rest: others < 1 ? "" : tn("tray_rest", others),
      canReplace: canTake("replace", existing),
      signal,
    });
    if (choice && forAll) upload.pick.choice = choice;
    settle(choice);
  }
}
