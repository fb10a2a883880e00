const inner = "a, button, input";
const fine = () => matchMedia("(pointer: fine)").matches;

/** The rows in a part of a page. */
export const rowsIn = (part) => [...part.querySelectorAll("tbody > [data-id]")];

/** What a row stands for; `parent` where the rows of a list lie in different folders. */
export const thingOf = ({ dataset: { id, kind, name, parent, starred } }) => {
  return { id, kind, name, parent, starred: starred !== undefined };
};

/**
 * The rows of a table that a script has taken over: a grid whose rows take the focus one at a time. `drag` makes them
 * draggable where there is a mouse.
 */
export class Rows {
  #sources = new WeakMap();

  constructor(table, { drag = false } = {}) {
    Object.assign(this, { table, body: table.tBodies[0], drag: drag && fine() });
    table.setAttribute("role", "grid");
    table.setAttribute("aria-multiselectable", "true");
    for (const row of this.all) this.#dress(row);
    this.current = this.all[0];
  }

  get all() {
    return [...this.body.querySelectorAll(":scope > [data-id]")];
  }

  /** By its id on the page, which takes the same time in a list of any length. */
  find(id) {
    const row = document.getElementById(`item-${id}`);
    return row?.parentElement === this.body ? row : null;
  }

  /** The row that an event happened in, or null. */
  of(target) {
    const row = target.closest?.("[data-id]");
    return row && this.body.contains(row) ? row : null;
  }

  /** The row that Tab leads to. */
  get current() {
    return this.body.querySelector(':scope > [tabindex="0"]');
  }

  set current(row) {
    for (const old of this.body.querySelectorAll(':scope > [tabindex="0"]')) old.tabIndex = -1;
    if (row) row.tabIndex = 0;
  }

  focus(row) {
    if (!row) return;
    this.current = row;
    row.focus();
  }

  /** Adds rows of another page of the list; those on show already are left out. */
  append(fresh) {
    const rows = fresh.filter((row) => !this.find(row.dataset.id));
    for (const row of rows) this.#dress(row);
    this.body.append(...rows);
  }

  /** Shows the rows of a fresh answer instead; those that did not change stay the same elements. */
  show(fresh) {
    const focused = this.of(document.activeElement)?.dataset.id;
    const at = this.all.indexOf(this.current);
    const rows = new Map();
    for (const row of fresh) if (!rows.has(row.dataset.id)) rows.set(row.dataset.id, this.#kept(row));
    const list = [...rows.values()];
    const all = this.all;
    if (all.length === list.length && all.every((row, i) => row === list[i])) return;
    this.body.replaceChildren(...list);
    if (!this.current) this.current = this.all[Math.min(Math.max(at, 0), rows.size - 1)];
    if (focused && document.activeElement === document.body) (this.find(focused) ?? this.current)?.focus();
  }

  /** Takes rows away at once; the focus goes to the next one. */
  remove(ids) {
    const gone = new Set(ids);
    const all = this.all;
    const had = all.some((row) => gone.has(row.dataset.id) && row.contains(document.activeElement));
    const first = all.findIndex((row) => gone.has(row.dataset.id));
    const next = all.slice(first).find((row) => !gone.has(row.dataset.id));
    for (const row of all) if (gone.has(row.dataset.id)) row.remove();
    if (!this.current) this.current = next ?? this.all.at(-1);
    if (had) (this.current ?? document.getElementById("main")).focus();
  }

  #kept(row) {
    const old = this.find(row.dataset.id);
    if (old && this.#sources.get(old) === row.outerHTML) return old;
    const fresh = this.#dress(row);
    if (old?.tabIndex === 0) fresh.tabIndex = 0;
    return fresh;
  }

  #dress(row) {
    this.#sources.set(row, row.outerHTML);
    row.tabIndex = -1;
    row.draggable = this.drag;
    for (const cell of row.cells) cell.setAttribute("role", "gridcell");
    for (const element of row.querySelectorAll(inner)) {
      element.tabIndex = -1;
      element.draggable = false;
    }
    return row;
  }
}
