import { open } from "../dialogs.js";
import { visit } from "../navigation.js";
import { copy } from "./copying.js";
import { cut, holdCopy, markCut, paste } from "./cut.js";
import { download } from "./downloading.js";
import { move } from "./moving.js";
import { thingOf } from "./rows.js";
import { star } from "./starring.js";
import { trash } from "./trashing.js";
import { takeBack } from "./undoing.js";

const single = ["open", "reveal", "rename", "details"];

/** What one can do in a folder or with what was found, by the names that buttons carry as data-act and keys lead to. */
export class Acts {
  constructor(files) {
    this.files = files;
    this.withRows = {
      open: ([row]) => this.open(row),
      "open-beside": ([row]) => window.open(row.querySelector(".file-name a").href),
      download: (rows) => download(rows.map(thingOf)),
      share: ([row]) => this.share(thingOf(row)),
      rename: ([row]) => files.naming.rename(row),
      move: (rows) => this.#move(rows.map(thingOf)),
      "copy-to": (rows) => this.#copy(rows.map(thingOf)),
      copy: (rows) => (holdCopy(rows.map(thingOf), files.folder?.id), markCut(files.rows)),
      cut: (rows) => (cut(rows.map(thingOf), files.folder?.id), markCut(files.rows)),
      reveal: ([row]) => row.querySelector(".file-where").click(),
      star: (rows) => star(rows.map(thingOf)),
      unstar: (rows) => star(rows.map(thingOf)),
      details: ([row]) => files.details.open(thingOf(row)),
      trash: (rows) => trash(rows.map(thingOf)),
    };
    this.alone = {
      unselect: () => files.selection.clear(),
      undo: () => takeBack(),
      keys: () => open(document.getElementById("keys")),
      menu: () => this.#menu(),
      ...(files.folder && this.#here()),
    };
  }

  /** What is done with the folder itself. */
  #here() {
    const { files } = this;
    return {
      paste: () => (paste(files.folder), markCut(files.rows)),
      up: () => files.parent && visit(`/files/${files.parent}`),
      "new-folder": () => this.#newFolder(),
    };
  }

  has(name) {
    return name in this.withRows || name in this.alone;
  }

  takesRows(name) {
    return name in this.withRows;
  }

  /** Does it with the rows it is meant for. */
  run(name, rows = []) {
    if (name in this.alone) this.alone[name]();
    else if (rows.length) this.withRows[name]?.(rows);
  }

  /** Keys mean the selection, or without one the row that has the focus. */
  byKey(name) {
    const { rows, selection } = this.files;
    if (name === "copy" && !getSelection().isCollapsed) return false;
    if (selection.reading && this.takesRows(name)) return void this.#onceRead(name);
    const focused = rows.of(document.activeElement);
    const chosen = selection.size && !(single.includes(name) && focused) ? selection.chosen : [focused].filter(Boolean);
    if (!chosen.length && !(name in this.alone)) return false;
    return this.run(name, chosen);
  }

  async #onceRead(name) {
    if (await this.files.selection.ready()) this.byKey(name);
  }

  open(row) {
    row.querySelector(".file-name a").click();
  }

  /** Dropped things: onto a folder, or onto the trash. */
  drop(things, to) {
    const from = this.files.folder?.id;
    if (to === "trash") trash(things);
    else if (to.id !== from) move(things, { from, to });
  }

  async share(thing) {
    const { share, rows, listing, details } = this.files;
    const changed = await share.open(thing);
    rows.focus(rows.find(thing.id));
    if (changed && details.isOpen) details.show(details.thing);
    if (changed) listing.soon();
  }

  async #move(things) {
    const from = this.files.folder?.id;
    const { choice, made } = await this.files.mover.choose(things, from ?? things[0].parent);
    if (choice) await move(things, { from, to: choice });
    else if (made) this.files.listing.soon();
  }

  async #copy(things) {
    const from = this.files.folder?.id ?? things[0].parent;
    const { choice, made } = await this.files.mover.choose(things, from, { verb: "copy" });
    if (choice) await copy(things, choice);
    else if (made) this.files.listing.soon();
  }

  #newFolder() {
    const { naming, listing, folder, selection } = this.files;
    if (naming.isOpen) return;
    selection.clear();
    listing.outline(false);
    naming.make(folder.id, (made) => {
      if (made) this.files.arriving = made.id;
      listing.outline();
      if (made) listing.soon();
    });
  }

  #menu() {
    const { rows, selection, menu } = this.files;
    const row = rows.of(document.activeElement) ?? rows.current;
    if (row) menu.openAtRow(selection.has(row) ? selection.chosen : [row], row);
  }
}
