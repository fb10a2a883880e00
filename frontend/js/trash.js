import { api } from "./api.js";
import { confirm } from "./confirm.js";
import { open } from "./dialogs.js";
import { Bar } from "./files/bar.js";
import { Keys } from "./files/keys.js";
import { Listing } from "./files/listing.js";
import { changed, isWorking, many, markWorking, report, saidOf } from "./files/many.js";
import { Pointer } from "./files/pointer.js";
import { RowMenu } from "./files/row_menu.js";
import { Rows, rowsIn, thingOf } from "./files/rows.js";
import { Selection } from "./files/selection.js";
import { restore } from "./files/trashing.js";
import { takeBack } from "./files/undoing.js";
import { t, tn } from "./strings.js";
import { toast } from "./toasts.js";

async function purge(things) {
  const text = saidOf(things, { one: "purge_one", several: "purge_many" });
  if (!(await confirm({ title: t("purge_title"), text, action: t("purge"), danger: true }))) return;
  const result = await many(things, ({ id }) => api("DELETE", `/api/trash/${id}`), { doing: "purging" });
  changed(result.done);
  report(result, { said: () => t("purged") });
}

/** The list of the trash. */
export default class Trash {
  constructor(root) {
    this.root = root;
    this.rows = new Rows(root.querySelector("[data-table]"));
    this.selection = new Selection(this.rows, { rest: (go) => this.#rest(go) });
    this.menu = new RowMenu(document.getElementById("row-menu"));
    this.listing = new Listing(root, {
      show: (parts) => (this.rows.show(parts.flatMap(rowsIn)), this.selection.settle()),
      append: (part) => (this.rows.append(rowsIn(part)), this.selection.settle()),
      count: (part = root) => rowsIn(part).length,
      busy: isWorking,
    });
    this.#listen(this.listing.signal);
  }

  disconnect() {
    this.listing.disconnect();
  }

  #listen(signal) {
    const { rows, selection, menu } = this;
    new Bar(this.root, { selection, signal });
    new Pointer({ rows, selection, menu, open: (row) => selection.only(row) });
    new Keys(this.root.closest("main"), { rows, selection, acts: this, signal });
    document.addEventListener("click", ({ target }) => this.#act(target.closest("[data-act]")), { signal });
    document.addEventListener("drive:changed", ({ detail }) => this.#gone(detail.gone), { signal });
    document.addEventListener("drive:working", () => markWorking(rows), { signal });
  }

  has(name) {
    return ["menu", "trash", "undo", "keys"].includes(name);
  }

  /** Delete, which elsewhere leads into the trash, leads out of it here, for ever. */
  byKey(name) {
    const { rows, selection, menu } = this;
    if (name === "keys") return open(document.getElementById("keys"));
    if (name === "undo") return takeBack();
    const row = rows.of(document.activeElement) ?? rows.current;
    if (!row) return false;
    if (name === "menu") return menu.openAtRow(selection.has(row) ? selection.chosen : [row], row);
    return this.#purge(() => (selection.size ? selection.chosen : [row]));
  }

  async #purge(chosen) {
    if (await this.selection.ready()) purge(chosen().map(thingOf));
  }

  /** Tried again, it is selecting that goes on. */
  #rest(go) {
    return this.listing.rest(go, { again: () => this.selection.everything() });
  }

  async #act(button) {
    const name = button?.dataset.act;
    const inMenu = this.menu.element.contains(button);
    if (name === "unselect") return this.selection.clear();
    if (name === "empty") return this.#empty();
    if (name && !inMenu && !(await this.selection.ready())) return undefined;
    const things = (inMenu ? this.menu.subject : this.selection.chosen).map(thingOf);
    if (name === "restore") restore(things);
    if (name === "purge") purge(things);
    return undefined;
  }

  #gone(ids) {
    this.rows.remove(ids);
    this.selection.settle();
    this.listing.recount();
  }

  async #empty() {
    const count = this.rows.all.length;
    const more = this.root.querySelector("[data-more] a[rel=next]");
    const text = more ? t("empty_more", { count }) : tn("empty_text", count);
    if (!(await confirm({ title: t("empty_title"), text, action: t("empty"), danger: true }))) return;
    try {
      await api("DELETE", "/api/trash");
      changed(this.rows.all.map(thingOf));
      toast(t("emptied"));
    } catch (error) {
      toast(error.title, { kind: "danger" });
    }
  }
}
