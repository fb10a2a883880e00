import { t } from "../strings.js";
import { toast } from "../toasts.js";

/**
 * Which rows are selected. Fires "change"; the rows show it themselves. `rest` reads what is not on show yet, as long
 * as the function that it is given says so after each page; it resolves with whether nothing went wrong.
 */
export class Selection extends EventTarget {
  #ids = new Set();
  #anchor = null;
  /** The wish that holds, and the last one for all of the list. */
  #choice = {};
  #wish = null;
  #reading = null;

  constructor(rows, { rest }) {
    super();
    Object.assign(this, { rows, rest });
    this.head = rows.table.querySelector("[data-pick-all]");
    this.head?.addEventListener("click", () => (this.head.checked ? this.everything() : this.clear()));
    for (const box of rows.body.querySelectorAll("input[name=ids]:checked")) this.#ids.add(box.value);
    this.#paint();
  }

  get size() {
    return this.#ids.size;
  }

  get chosen() {
    return this.rows.all.filter((row) => this.has(row));
  }

  /** Resolves once all of the list has been read to be selected, with whether it could be; null when nothing is. */
  get reading() {
    return this.#choice === this.#wish ? this.#reading : null;
  }

  has(row) {
    return this.#ids.has(row.dataset.id);
  }

  only(row) {
    this.#anchor = row.dataset.id;
    this.#choose([row.dataset.id]);
  }

  toggle(row) {
    this.#anchor = row.dataset.id;
    const ids = new Set(this.#ids);
    if (!ids.delete(row.dataset.id)) ids.add(row.dataset.id);
    this.#choose(ids);
  }

  /** From where the selection was begun, else from a row, up to here. */
  reach(row, from = row) {
    const all = this.rows.all;
    this.#anchor = this.rows.find(this.#anchor ?? "") ? this.#anchor : (from ?? row).dataset.id;
    const start = all.findIndex(({ dataset }) => dataset.id === this.#anchor);
    const end = all.indexOf(row);
    const [first, last] = [Math.min(start, end), Math.max(start, end)];
    this.#choose(all.slice(first, last + 1).map(({ dataset }) => dataset.id));
  }

  /** All of the list, also what is not on show yet, unless something else is chosen while that is read. */
  everything() {
    if (this.reading) return;
    const reading = this.#read().finally(() => {
      if (this.#reading !== reading) return;
      this.#reading = null;
      this.dispatchEvent(new Event("change"));
    });
    this.#reading = reading;
  }

  /**
   * Waits for what is being read to be selected. False when nothing may be done with the selection: something else was
   * chosen meanwhile, its list is not on show any more, or not all of it could be read, which is said.
   */
  async ready() {
    const { reading } = this;
    if (!reading) return true;
    const wish = this.#wish;
    const whole = await reading;
    if (this.#choice !== wish || !this.rows.body.isConnected) return false;
    const action = { label: t("try_again"), run: () => this.everything() };
    if (!whole) toast(t("not_all_read"), { kind: "danger", action });
    return whole;
  }

  clear() {
    this.#anchor = null;
    this.#choose([]);
  }

  /** Call when rows came or went. */
  settle() {
    this.#set([...this.#ids].filter((id) => this.rows.find(id)));
  }

  async #read() {
    const mine = (this.#choice = this.#wish = {});
    const add = () => {
      if (this.#choice === mine) this.#set(this.rows.all.map(({ dataset }) => dataset.id));
      return this.#choice === mine;
    };
    add();
    return this.rest(add);
  }

  /** What somebody wants now, whatever was being read for an earlier wish. */
  #choose(ids) {
    this.#choice = {};
    this.#set(ids);
  }

  #set(ids) {
    const before = [...this.#ids].join();
    this.#ids = new Set(ids);
    this.#paint();
    if (before !== [...this.#ids].join()) this.dispatchEvent(new Event("change"));
  }

  #paint() {
    const all = this.rows.all;
    for (const row of all) {
      const selected = this.has(row);
      const box = row.querySelector("input[name=ids]");
      if (box) box.checked = selected;
      if (row.ariaSelected === String(selected)) continue;
      row.setAttribute("aria-selected", String(selected));
    }
    if (!this.head) return;
    this.head.checked = all.length > 0 && this.size === all.length;
    this.head.indeterminate = this.size > 0 && !this.head.checked;
  }
}
