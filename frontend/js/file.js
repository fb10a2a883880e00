import { api } from "./api.js";
import { lastingOf } from "./bind.js";
import { copy } from "./files/copying.js";
import { MoveDialog } from "./files/move_dialog.js";
import { move } from "./files/moving.js";
import { Share } from "./files/share.js";
import { trash } from "./files/trashing.js";
import { offerRenamed } from "./files/undoing.js";
import { refresh, visit } from "./navigation.js";

/** The page of one file or folder: its forms work without a page load, so that uploads go on. */
export default class File {
  constructor(root) {
    this.root = root;
    this.ends = new AbortController();
    this.share = lastingOf(document.getElementById("share"), Share);
    this.mover = lastingOf(document.getElementById("move"), MoveDialog);
    root.addEventListener("click", (event) => this.#click(event));
    root.addEventListener("submit", (event) => this.#submit(event));
    const { signal } = this.ends;
    document.addEventListener("drive:changed", ({ detail }) => this.#changed(detail.gone), { signal });
  }

  disconnect() {
    this.ends.abort();
  }

  /** What was done here was taken back: the page says so. */
  #changed(gone) {
    if (!gone.includes(this.thing.id)) refresh();
  }

  get thing() {
    const { id, kind, name, parent } = this.root.dataset;
    return { id, kind, name, parent };
  }

  #click(event) {
    const act = event.target.closest("a[data-act]")?.dataset.act;
    if (!act || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (act === "share") this.#share();
    if (act === "move") this.#move();
  }

  async #share() {
    if (await this.share.open(this.thing)) await refresh();
  }

  async #move() {
    const { parent } = this.thing;
    const { choice } = await this.mover.choose([this.thing], parent);
    if (!choice) return;
    await move([this.thing], { from: parent, to: choice });
    await refresh();
  }

  #submit(event) {
    const what = event.target.dataset.submits;
    if (what) event.preventDefault();
    if (what === "copy") this.#copy();
    if (what === "trash") this.#trash();
    if (what === "rename") this.#rename(event.target);
  }

  async #copy() {
    const { choice } = await this.mover.choose([this.thing], this.thing.parent, { verb: "copy" });
    if (choice) await copy([this.thing], choice);
  }

  async #trash() {
    if (await trash([this.thing])) await visit(`/files/${this.thing.parent}`);
  }

  async #rename(form) {
    const { name } = form.elements;
    try {
      const { change } = await api("PATCH", `/api/${this.thing.kind}s/${this.thing.id}`, { name: name.value });
      offerRenamed({ ...this.thing, name: name.value, change });
      await refresh();
    } catch (refusal) {
      name.setAttribute("aria-invalid", "true");
      name.classList.add("is-invalid");
      form.querySelector("[role=alert]").textContent = refusal.title;
      name.focus();
    }
  }
}
