/** Which rows are selected. Fires "change"; the rows show it themselves. */
export class Selection extends EventTarget {
  #ids = new Set();
  #anchor = null;

  constructor(rows) {
    super();
    this.rows = rows;
    this.head = rows.table.querySelector("[data-pick-all]");
    this.head?.addEventListener("click", () => (this.head.checked ? this.all() : this.clear()));
    for (const box of rows.body.querySelectorAll("input[name=ids]:checked")) this.#ids.add(box.value);
    this.#paint();
  }

  get size() {
    return this.#ids.size;
  }

  get chosen() {
    return this.rows.all.filter((row) => this.has(row));
  }

  has(row) {
    return this.#ids.has(row.dataset.id);
  }

  only(row) {
    this.#anchor = row.dataset.id;
    this.#set([row.dataset.id]);
  }

  toggle(row) {
    this.#anchor = row.dataset.id;
    const ids = new Set(this.#ids);
    if (!ids.delete(row.dataset.id)) ids.add(row.dataset.id);
    this.#set(ids);
  }

  /** From where the selection was begun, else from a row, up to here. */
  reach(row, from = row) {
    const all = this.rows.all;
    this.#anchor = this.rows.find(this.#anchor ?? "") ? this.#anchor : (from ?? row).dataset.id;
    const start = all.findIndex(({ dataset }) => dataset.id === this.#anchor);
    const end = all.indexOf(row);
    const [first, last] = [Math.min(start, end), Math.max(start, end)];
    this.#set(all.slice(first, last + 1).map(({ dataset }) => dataset.id));
  }

  all() {
    this.#set(this.rows.all.map(({ dataset }) => dataset.id));
  }

  clear() {
    this.#anchor = null;
    this.#set([]);
  }

  /** Call when rows came or went. */
  settle() {
    this.#set([...this.#ids].filter((id) => this.rows.find(id)));
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
