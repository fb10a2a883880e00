import { api } from "../api.js";
import { holdsMore } from "../held.js";
import { icon } from "../icons.js";
import { t } from "../strings.js";

const vertical = { ArrowDown: "next", ArrowUp: "before", Home: "first", End: "last" };
const across = { ltr: { ArrowRight: "open", ArrowLeft: "close" }, rtl: { ArrowLeft: "open", ArrowRight: "close" } };

/** All folders in a folder. Folders come first in every order, so that reading stops at the first file. */
async function foldersIn(id) {
  const found = [];
  for (let after = ""; after !== null; ) {
    const query = new URLSearchParams({ limit: 200, ...(after && { after }) });
    const { items, next } = await api("GET", `/api/folders/${id}?${query}`);
    const folders = items.filter(({ kind }) => kind === "folder");
    found.push(...folders);
    after = folders.length === items.length ? next : null;
  }
  return found;
}

/** A tree of folders that reads each one when it is opened. `barred` are ids one cannot choose, nor go below. */
export class Tree {
  constructor(list, { chosen }) {
    Object.assign(this, { list, changed: chosen, barred: new Set() });
    list.addEventListener("click", (event) => this.#click(event));
    list.addEventListener("dblclick", (event) => this.#toggle(event.target.closest("[role=treeitem]")));
    list.addEventListener("keydown", (event) => this.#key(event));
  }

  clear() {
    this.list.replaceChildren();
  }

  /**
   * Starts anew, opened along a trail of {id, name} from the top; the last of it is chosen unless somebody was
   * faster.
   */
  async start(trail, barred) {
    this.barred = new Set(barred);
    const [top, ...way] = trail;
    this.list.replaceChildren(this.#item({ id: top.id, name: t("my_files") }));
    let item = this.list.firstElementChild;
    await this.open(item);
    for (const { id } of way) {
      const below = item.querySelector(`:scope > ul > [data-id="${CSS.escape(id)}"]`);
      if (!below || this.barred.has(id)) break;
      item = below;
      await this.open(item);
    }
    if (item.isConnected && !this.chosen) this.choose(item);
  }

  get chosen() {
    return this.list.querySelector("[aria-selected=true]");
  }

  choose(item) {
    for (const old of this.list.querySelectorAll("[tabindex='0']")) old.tabIndex = -1;
    this.chosen?.setAttribute("aria-selected", "false");
    item.tabIndex = 0;
    item.setAttribute("aria-selected", "true");
    item.focus();
    item.querySelector(".tree-name").scrollIntoView({ block: "nearest" });
    this.changed(item);
  }

  async open(item) {
    if (item.ariaExpanded === "true" || this.barred.has(item.dataset.id)) return;
    if (item.querySelector("ul")) return item.setAttribute("aria-expanded", "true");
    item.setAttribute("aria-busy", "true");
    try {
      this.#fill(item, await foldersIn(item.dataset.id));
    } finally {
      item.removeAttribute("aria-busy");
    }
  }

  /** Shows a folder that was just made in `parent`, and chooses it. */
  async add(parent, folder) {
    parent.querySelector(":scope > ul")?.remove();
    parent.setAttribute("aria-expanded", "false");
    await this.open(parent);
    const made = parent.querySelector(`:scope > ul > [data-id="${CSS.escape(folder.id)}"]`);
    if (made) this.choose(made);
  }

  #fill(item, folders) {
    if (!folders.length) return item.removeAttribute("aria-expanded");
    const group = document.createElement("ul");
    group.setAttribute("role", "group");
    group.append(...folders.map((folder) => this.#item(folder)));
    item.append(group);
    return item.setAttribute("aria-expanded", "true");
  }

  #item({ id, name }) {
    const item = document.createElement("li");
    item.setAttribute("role", "treeitem");
    item.setAttribute("aria-selected", "false");
    item.setAttribute("aria-label", name);
    item.tabIndex = -1;
    Object.assign(item.dataset, { id, name });
    const line = document.createElement("div");
    line.className = "tree-name";
    const words = document.createElement("bdi");
    words.textContent = name;
    line.append(icon("chevron-right"), icon("folder"), words);
    item.append(line);
    if (this.barred.has(id)) item.setAttribute("aria-disabled", "true");
    else item.setAttribute("aria-expanded", "false");
    return item;
  }

  #click(event) {
    const item = event.target.closest("[role=treeitem]");
    if (!item || item.ariaDisabled === "true") return;
    const onArrow = event.target.closest(".tree-name .icon") === item.querySelector(".icon");
    if (onArrow) this.#toggle(item);
    else this.choose(item);
  }

  #toggle(item) {
    if (item?.ariaExpanded === "true") item.setAttribute("aria-expanded", "false");
    else if (item) this.open(item);
  }

  #key(event) {
    const way = { ...vertical, ...across[getComputedStyle(this.list).direction] }[event.key];
    if (!way || holdsMore(event)) return;
    event.preventDefault();
    const item = event.target.closest("[role=treeitem]");
    const rows = [...this.list.querySelectorAll("[role=treeitem]")].filter((each) => each.checkVisibility());
    const free = rows.filter((each) => each.ariaDisabled !== "true");
    const at = free.indexOf(item);
    if (way === "open" && item.ariaExpanded === "false") return void this.open(item);
    if (way === "close" && item.ariaExpanded === "true") return void this.#toggle(item);
    const up = item.parentElement.closest("[role=treeitem]");
    const [next, before, first, last] = [free[at + 1], free[at - 1], free[0], free.at(-1)];
    const to = { next, open: next, before, close: up, first, last }[way];
    if (to) this.choose(to);
  }
}
