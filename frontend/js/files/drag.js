import { tn } from "../strings.js";
import { thingOf } from "./rows.js";

const TYPE = "application/x-smart-drive";
let dragged = [];

/** The small sign that goes with the pointer: how many things it carries. */
function sign(count) {
  const element = document.createElement("div");
  element.className = "drag-sign";
  element.textContent = tn("drag", count);
  document.body.append(element);
  setTimeout(() => element.remove());
  return element;
}

/** Rows dragged onto folders, onto the trail, and onto places. The Move dialog does the same without dragging. */
export class Drag {
  #target = null;

  constructor({ rows, selection, drop, signal }) {
    Object.assign(this, { rows, selection, drop });
    rows.body.addEventListener("dragstart", (event) => this.#start(event));
    const on = (type, act) => document.addEventListener(type, act, { signal });
    on("dragover", (event) => event.dataTransfer.types.includes(TYPE) && this.#over(event));
    on("drop", (event) => event.dataTransfer.types.includes(TYPE) && this.#drop(event));
    on("dragend", () => this.#end());
    signal.addEventListener("abort", () => this.#end());
  }

  #start(event) {
    const row = this.rows.of(event.target);
    if (!row?.draggable) return;
    if (!this.selection.has(row)) this.selection.only(row);
    dragged = this.selection.chosen.map(thingOf);
    event.dataTransfer.setData(TYPE, "");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setDragImage(sign(dragged.length), 0, 0);
    setTimeout(() => document.body.setAttribute("data-dragging", ""));
  }

  #end() {
    document.body.removeAttribute("data-dragging");
    this.#mark(null);
  }

  /** Where this would go: {element, to: {id, name}} or {element, to: "trash"}; null where it cannot. */
  #targetOf({ target }) {
    const element = target.closest?.("[data-kind=folder][data-id], a[data-folder], [data-place]");
    if (!element) return null;
    const { id, name, folder, place } = element.dataset;
    if (place === "trash") return { element, to: "trash" };
    if (place === "files") return { element, to: { id: "root", name: element.textContent.trim() } };
    if (place || dragged.some((thing) => thing.id === id)) return null;
    return { element, to: folder ? { id: folder, name: element.textContent.trim() } : { id, name } };
  }

  #over(event) {
    const target = this.#targetOf(event);
    this.#mark(target?.element ?? null);
    if (!target) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "move";
  }

  #drop(event) {
    const target = this.#targetOf(event);
    this.#mark(null);
    if (!target) return;
    event.preventDefault();
    this.drop(dragged, target.to);
  }

  #mark(element) {
    if (this.#target === element) return;
    this.#target?.classList.remove("drop-target");
    element?.classList.add("drop-target");
    this.#target = element;
  }
}
