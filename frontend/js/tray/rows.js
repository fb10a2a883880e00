import { icon } from "../icons.js";
import { t } from "../strings.js";
import { percentOf, stateText } from "./words.js";

const MOST = 50;
const ranks = ["asking", "signed_out", "full", "failed", "sending", "finishing", "starting", "paused", "queued"];
const actionsOf = {
  paused: ["resume", "cancel"],
  signed_out: ["resume", "cancel"],
  full: ["retry", "cancel"],
  failed: ["retry"],
};
const drawings = { pause: "pause-fill", resume: "play-fill", retry: "arrow-counterclockwise", cancel: "x-lg" };

function actions(upload) {
  if (actionsOf[upload.state]) return actionsOf[upload.state];
  return upload.isOver ? [] : ["pause", "cancel"];
}

/** One file's line: built once, then only what changed is written. */
class Row {
  constructor(upload, template) {
    this.upload = upload;
    this.element = template.content.firstElementChild.cloneNode(true);
    for (const name of ["name", "state", "meter", "actions"]) {
      this[name] = this.element.querySelector(`[data-row-${name}]`);
    }
    this.name.textContent = upload.name;
    this.name.title = upload.path ? `${upload.path}/${upload.name}` : upload.name;
    this.meter.setAttribute("aria-label", upload.name);
  }

  show() {
    const { upload } = this;
    const text = stateText(upload);
    if (this.state.textContent !== text) this.state.textContent = text;
    this.state.classList.toggle("tray-failed", upload.state === "failed" || upload.state === "full");
    this.meter.hidden = upload.isOver;
    this.meter.value = percentOf(upload);
    const wanted = actions(upload).join();
    if (this.actions.dataset.has !== wanted) this.#offer(wanted);
  }

  #offer(wanted) {
    const hadFocus = this.actions.contains(document.activeElement);
    this.actions.dataset.has = wanted;
    this.actions.replaceChildren(...wanted.split(",").filter(Boolean).map((act) => this.#button(act)));
    if (hadFocus) this.actions.querySelector("button")?.focus();
  }

  #button(act) {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "icon-button", title: t(`tray_${act}`) });
    button.setAttribute("aria-label", t(`tray_${act}_name`, { name: this.upload.name }));
    button.append(icon(drawings[act]));
    button.addEventListener("click", () => this.upload[act === "retry" ? "resume" : act]());
    return button;
  }
}

/** The files of the tray, those that need somebody first; a thousand files are 50 lines and a number. */
export class Rows {
  constructor(list, { template, more }) {
    Object.assign(this, { list, template, more, rows: new Map() });
  }

  show(uploads) {
    const shown = this.#choose(uploads);
    for (const [upload, row] of this.rows) if (!shown.includes(upload)) this.#drop(upload, row);
    shown.forEach((upload, at) => this.#place(this.#rowOf(upload), at));
    const rest = uploads.length - shown.length;
    this.more.hidden = rest === 0;
    this.more.textContent = t("tray_more", { count: rest });
  }

  /** By rank, first come first; what is over comes last, the latest of it first. */
  #choose(uploads) {
    const found = Array.from({ length: ranks.length }, () => []);
    const ended = [];
    for (const upload of uploads) {
      const place = ranks.indexOf(upload.state);
      if (place < 0) ended.push(upload);
      else if (found[place].length < MOST) found[place].push(upload);
    }
    return [...found.flat(), ...ended.slice(-MOST).reverse()].slice(0, MOST);
  }

  #rowOf(upload) {
    if (!this.rows.has(upload)) this.rows.set(upload, new Row(upload, this.template));
    return this.rows.get(upload);
  }

  #drop(upload, row) {
    this.rows.delete(upload);
    row.element.remove();
  }

  /** Moving an element takes its focus away, so it is given back. */
  #place(row, at) {
    if (this.list.children[at] !== row.element) {
      const focused = row.element.contains(document.activeElement) ? document.activeElement : null;
      this.list.insertBefore(row.element, this.list.children[at] ?? null);
      focused?.focus();
    }
    row.show();
  }
}
