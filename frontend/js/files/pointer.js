const controls = "button, input, label, .name-field";
const HOLD = 500;
const STILL = 10;

/** Clicks on rows: the way file lists do it; a finger selects by holding, and opens by a tap. */
export class Pointer {
  #touch = false;
  #held = false;
  #down = null;
  #timer = null;

  constructor({ rows, selection, open, menu }) {
    Object.assign(this, { rows, selection, open, menu });
    const on = (type, act) => rows.body.addEventListener(type, (event) => this.#to(event, act));
    on("pointerdown", (row, event) => this.#press(row, event));
    on("pointermove", (_, event) => this.#drift(event));
    for (const type of ["pointerup", "pointercancel", "dragstart"]) on(type, () => clearTimeout(this.#timer));
    on("mousedown", (_, event) => event.shiftKey && event.preventDefault());
    on("click", (row, event) => this.#click(row, event));
    on("dblclick", (row, event) => event.target.closest(`${controls}, a`) || open(row));
    on("contextmenu", (row, event) => this.#context(row, event));
  }

  #to(event, act) {
    const row = this.rows.of(event.target);
    if (row) act(row, event);
  }

  /** A finger that stays where it is selects; not every device has a word of its own for that. */
  #press(row, { target, pointerType, clientX, clientY }) {
    clearTimeout(this.#timer);
    this.#touch = pointerType === "touch";
    this.#held = false;
    this.#down = { x: clientX, y: clientY };
    if (!this.#touch || target.closest(`${controls}, [data-row-menu]`)) return;
    this.#timer = setTimeout(() => {
      this.#held = true;
      this.selection.toggle(row);
    }, HOLD);
  }

  #drift({ clientX, clientY }) {
    if (this.#down && Math.hypot(clientX - this.#down.x, clientY - this.#down.y) > STILL) clearTimeout(this.#timer);
  }

  #click(row, event) {
    const { target } = event;
    if (this.#held && this.#touch) return event.preventDefault();
    if (target.closest("[data-row-menu]")) return this.#menuOf(row, event);
    if (target.matches("[name=ids]")) return this.#choose(row, { add: true, reach: event.shiftKey });
    if (target.closest(controls)) return undefined;
    return this.#plain(row, event);
  }

  #plain(row, event) {
    const add = event.ctrlKey || event.metaKey || (this.#touch && this.selection.size > 0);
    const link = event.target.closest("a");
    if (!add && !event.shiftKey && link) return;
    if (link) event.preventDefault();
    if (this.#touch && !add) return void this.open(row);
    this.rows.focus(row);
    this.#choose(row, { add, reach: event.shiftKey });
  }

  #choose(row, { add, reach }) {
    if (reach) this.selection.reach(row);
    else if (add) this.selection.toggle(row);
    else this.selection.only(row);
  }

  #menuOf(row, event) {
    event.preventDefault();
    this.rows.current = row;
    const { left, bottom } = event.target.closest("[data-row-menu]").getBoundingClientRect();
    const rows = this.selection.has(row) ? this.selection.chosen : [row];
    this.menu.open(rows, left, bottom);
  }

  #context(row, event) {
    if (event.target.closest(".name-field")) return;
    event.preventDefault();
    if (this.#touch) return;
    if (!this.selection.has(row)) this.selection.only(row);
    this.rows.focus(row);
    this.menu.open(this.selection.chosen, event.clientX, event.clientY);
  }
}
