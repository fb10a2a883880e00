import { Acts } from "./files/acts.js";
import { Bar } from "./files/bar.js";
import { markCut } from "./files/cut.js";
import { Details } from "./files/details.js";
import { Drag } from "./files/drag.js";
import { Keys } from "./files/keys.js";
import { Listing } from "./files/listing.js";
import { isWorking, markWorking } from "./files/many.js";
import { MoveDialog } from "./files/move_dialog.js";
import { Naming } from "./files/naming.js";
import { Pointer } from "./files/pointer.js";
import { RowMenu } from "./files/row_menu.js";
import { Rows, rowsIn, thingOf } from "./files/rows.js";
import { Selection } from "./files/selection.js";
import { Share } from "./files/share.js";

/** The list of a folder, or of what was found: selection, keys, dragging, and all that one does with what is in it. */
export default class Files {
  constructor(root) {
    this.root = root;
    this.main = root.closest("main");
    this.rows = new Rows(root.querySelector("[data-table]"), { drag: true });
    this.selection = new Selection(this.rows, { rest: (go) => this.#rest(go) });
    this.naming = new Naming(root, this.rows);
    this.menu = new RowMenu(document.getElementById("row-menu"));
    this.details = new Details(document.getElementById("details"), { turned: () => this.#markShown() });
    this.share = new Share(document.getElementById("share"));
    this.mover = new MoveDialog(document.getElementById("move"));
    this.acts = new Acts(this);
    this.listing = new Listing(root, {
      show: (parts) => this.#show(parts),
      append: (part) => this.#append(part),
      count: (part = root) => rowsIn(part).length,
      busy: () => this.naming.isOpen || isWorking(),
    });
    this.#listen(this.listing.signal);
    this.#mark();
  }

  disconnect() {
    this.listing.disconnect();
    this.details.disconnect();
  }

  /** The folder that the list is of; null where its rows lie in different ones. */
  get folder() {
    const { folder, folderName } = this.main.dataset;
    return folder ? { id: folder, name: folderName } : null;
  }

  get parent() {
    return this.main.dataset.parent;
  }

  #listen(signal) {
    const { rows, selection, acts, menu, main } = this;
    new Bar(this.root, { selection, signal });
    new Pointer({ rows, selection, menu, open: (row) => acts.open(row) });
    new Keys(main, { rows, selection, acts, signal });
    new Drag({ rows, selection, signal, drop: (things, to) => acts.drop(things, to) });
    document.addEventListener("click", (event) => this.#act(event), { signal });
    document.addEventListener("drive:changed", ({ detail }) => this.#gone(detail.gone), { signal });
    document.addEventListener("drive:working", () => markWorking(rows), { signal });
    selection.addEventListener("change", () => this.#follow());
    this.root.querySelector("[data-new-folder] summary")?.addEventListener("click", (event) => {
      event.preventDefault();
      acts.run("new-folder");
    });
  }

  /** Tried again, it is selecting that goes on. */
  #rest(go) {
    return this.listing.rest(go, { again: () => this.selection.everything() });
  }

  #act(event) {
    const { target } = event;
    const button = target.closest("[data-act]");
    if (this.details.panel.contains(button)) {
      event.preventDefault();
      this.acts.share(this.details.thing);
    } else if (button) {
      this.#press(button);
    } else if (target === this.main || target === this.root) this.selection.clear();
  }

  /** An entry of the menu is for what it was opened on; a button of the bar for all that is selected, once read. */
  async #press(button) {
    const { act } = button.dataset;
    const inMenu = this.menu.element.contains(button);
    if (!inMenu && this.acts.takesRows(act) && !(await this.selection.ready())) return;
    const chosen = inMenu ? this.menu.subject : this.selection.chosen;
    this.acts.run(act, chosen.filter((row) => row.isConnected));
  }

  #gone(ids) {
    this.rows.remove(ids);
    this.selection.settle();
    this.listing.recount();
  }

  #mark() {
    markCut(this.rows);
    markWorking(this.rows);
    this.#markShown();
  }

  /** The row whose details stand beside the list says so, selected or not. */
  #markShown() {
    const { isOpen, thing } = this.details;
    for (const old of this.rows.body.querySelectorAll("[aria-current]")) old.removeAttribute("aria-current");
    if (isOpen) this.rows.find(thing.id)?.setAttribute("aria-current", "true");
  }

  /** The details on show are those of the one thing that is selected. */
  #follow() {
    if (!this.details.isOpen || this.selection.size !== 1) return;
    this.details.show(thingOf(this.selection.chosen[0]));
  }

  #append(part) {
    this.rows.append(rowsIn(part));
    this.selection.settle();
    this.#mark();
  }

  #show(parts) {
    this.rows.show(parts.flatMap(rowsIn));
    this.selection.settle();
    this.#mark();
    const made = this.arriving && this.rows.find(this.arriving);
    this.arriving = null;
    if (made) this.rows.focus(made);
  }
}
