import { api } from "./api.js";
import { confirm } from "./confirm.js";
import { Bar } from "./files/bar.js";
import { Keys } from "./files/keys.js";
import { Listing } from "./files/listing.js";
import { changed, complain, many, saidOf } from "./files/many.js";
import { Pointer } from "./files/pointer.js";
import { RowMenu } from "./files/row_menu.js";
import { Rows, rowsIn, thingOf } from "./files/rows.js";
import { Selection } from "./files/selection.js";
import { restore } from "./files/trashing.js";
import { t, tn } from "./strings.js";
import { toast } from "./toasts.js";

async function purge(things) {
  const text = saidOf(things, { one: "purge_one", several: "purge_many" });
  if (!(await confirm({ title: t("purge_title"), text, action: t("purge"), danger: true }))) return;
  const { done, failed } = await many(things, ({ id }) => api("DELETE", `/api/trash/${id}`));
  complain(failed);
  changed(done);
  if (done.length) toast(t("purged"));
}

/** The list of the trash. */
export default class Trash {
  constructor(root) {
    this.root = root;
    this.rows = new Rows(root.querySelector("[data-table]"));
    this.selection = new Selection(this.rows);
    this.menu = new RowMenu(document.getElementById("row-menu"));
    this.listing = new Listing(root, {
      show: (parts) => (this.rows.show(parts.flatMap(rowsIn)), this.selection.settle()),
      append: (part) => (this.rows.append(rowsIn(part)), this.selection.settle()),
      count: (part = root) => rowsIn(part).length,
      busy: () => false,
    });
    this.#listen(this.listing.signal);
  }

  disconnect() {
    this.listing.disconnect();
  }

  #listen(signal) {
    const { rows, selection, menu } = this;
    new Bar(this.root, selection);
    new Pointer({ rows, selection, menu, open: (row) => selection.only(row) });
    new Keys(this.root.closest("main"), { rows, selection, acts: this, signal });
    document.addEventListener("click", ({ target }) => this.#act(target.closest("[data-act]")), { signal });
    document.addEventListener("drive:changed", ({ detail }) => this.#gone(detail.gone), { signal });
  }

  has(name) {
    return name === "menu";
  }

  byKey() {
    const row = this.rows.of(document.activeElement) ?? this.rows.current;
    if (row) this.menu.openAtRow(this.selection.has(row) ? this.selection.chosen : [row], row);
  }

  #act(button) {
    const name = button?.dataset.act;
    const rows = this.menu.element.contains(button) ? this.menu.subject : this.selection.chosen;
    const things = rows.map(thingOf);
    if (name === "restore") restore(things);
    if (name === "purge") purge(things);
    if (name === "empty") this.#empty();
    if (name === "unselect") this.selection.clear();
  }

  #gone(ids) {
    this.rows.remove(ids);
    this.selection.settle();
    this.listing.outline();
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
