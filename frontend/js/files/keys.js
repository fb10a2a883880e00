const typing = "input:not([type=checkbox]), textarea, select";
/** Acts whose keys are left when keys are switched off in the settings: what a list needs to do without a mouse. */
const needed = ["open", "menu"];
const off = () => document.documentElement.dataset.keys === "off";

function combination(event) {
  const held = [(event.ctrlKey || event.metaKey) && "Ctrl", event.altKey && "Alt", event.shiftKey && "Shift"];
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  return [...held.filter(Boolean), key].join("+");
}

/** How many tiles stand side by side; 1 in a list. */
function columns(rows) {
  const top = rows[0]?.offsetTop;
  const count = rows.findIndex((row) => row.offsetTop !== top);
  return count < 1 ? rows.length : count;
}

/** Keys of a list. They count only while something in it, or the page around it, has the focus. */
export class Keys {
  constructor(main, { rows, selection, acts, signal }) {
    Object.assign(this, { main, rows, selection, acts });
    this.table = { ...this.#moves(), ...this.#choices(), ...this.#orders() };
    main.addEventListener("keydown", (event) => this.#down(event), { signal });
    rows.body.addEventListener("focusin", ({ target }) => (rows.current = rows.of(target) ?? rows.current));
  }

  #down(event) {
    const { target } = event;
    if (event.defaultPrevented || target.matches(typing)) return;
    if (target !== this.main && !this.rows.table.contains(target)) return;
    const combined = combination(event);
    if ((combined === "Enter" || combined === " ") && target.matches("a, button, input")) return;
    const act = this.table[combined];
    if (act && act() !== false) event.preventDefault();
  }

  get #focused() {
    return this.rows.of(document.activeElement);
  }

  #moves() {
    const list = () => this.rows.all;
    const step = (by) => () => this.#step(by());
    const extend = (by) => () => this.#extend(by());
    const across = () => (columns(list()) > 1 ? 1 : 0);
    const rtl = () => (getComputedStyle(this.rows.body).direction === "rtl" ? -1 : 1);
    const down = () => this.#across();
    return {
      ArrowDown: step(down),
      ArrowUp: step(() => -down()),
      ArrowRight: step(() => across() * rtl()),
      ArrowLeft: step(() => -across() * rtl()),
      Home: () => this.rows.focus(list()[0]),
      End: () => this.rows.focus(list().at(-1)),
      "Shift+ArrowDown": extend(down),
      "Shift+ArrowUp": extend(() => -down()),
      "Shift+ArrowRight": extend(() => across() * rtl()),
      "Shift+ArrowLeft": extend(() => -across() * rtl()),
    };
  }

  #choices() {
    const toggle = () => (this.#focused ? this.selection.toggle(this.#focused) : false);
    return {
      " ": toggle,
      "Ctrl+ ": toggle,
      "Shift+ ": () => (this.#focused ? this.selection.reach(this.#focused) : false),
      "Ctrl+a": () => (off() ? false : this.selection.everything()),
      Escape: () => (this.selection.size ? this.selection.clear() : false),
    };
  }

  /** Keys of acts that this page has. */
  #orders() {
    const keys = {
      Enter: "open", F2: "rename", Delete: "trash", "Ctrl+Backspace": "trash", "Ctrl+x": "cut", "Ctrl+c": "copy",
      "Ctrl+v": "paste", "Alt+ArrowUp": "up", "Ctrl+z": "undo", "?": "keys", "Shift+?": "keys", "Shift+F10": "menu",
      ContextMenu: "menu", s: "star",
    }; // prettier-ignore
    const known = Object.entries(keys).filter(([, name]) => this.acts.has(name));
    const act = (name) => (off() && !needed.includes(name) ? false : this.acts.byKey(name));
    return Object.fromEntries(known.map(([key, name]) => [key, () => act(name)]));
  }

  #extend(by) {
    const from = this.#focused;
    this.#step(by);
    if (this.#focused) this.selection.reach(this.#focused, from);
  }

  #across() {
    return this.rows.table.classList.contains("files-grid") ? columns(this.rows.all) : 1;
  }

  /** From the page itself the first step leads to the row that is next to take the focus. */
  #step(by) {
    const all = this.rows.all;
    const at = all.indexOf(this.#focused);
    const to = at < 0 ? all.indexOf(this.rows.current) : Math.min(Math.max(at + by, 0), all.length - 1);
    this.rows.focus(all[Math.max(to, 0)]);
  }
}
