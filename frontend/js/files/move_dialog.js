import { api } from "../api.js";
import { ask } from "../dialogs.js";
import { once } from "../sending.js";
import { t, tn } from "../strings.js";
import { Tree } from "./tree.js";

/** Asks into which folder things, or copies of them, go: the way to move them without dragging. */
export class MoveDialog {
  #asked = null;

  constructor(dialog) {
    this.dialog = dialog;
    this.title = dialog.querySelector(".dialog-title");
    this.error = dialog.querySelector("[data-error]");
    this.button = dialog.querySelector("[data-move]");
    this.form = dialog.querySelector("[data-new]");
    this.tree = new Tree(dialog.querySelector("[data-tree]"), { chosen: (item) => this.#chosen(item) });
    this.button.addEventListener("click", () => dialog.close("move"));
    dialog.querySelector("[data-make]").addEventListener("click", () => this.#ask());
    this.form.addEventListener("submit", (event) => this.#submit(event));
  }

  /**
   * The folder {id, name} that was chosen, or null; and whether folders were made meanwhile. `from`: where things are.
   */
  async choose(things, from, { verb = "move" } = {}) {
    const [{ name }] = things;
    Object.assign(this, { from, verb, made: false });
    this.title.textContent = things.length === 1 ? t(`${verb}_title`, { name }) : tn(`${verb}_many`, things.length);
    this.button.querySelector("[data-label]").textContent = t(`${verb}_here`);
    this.form.hidden = true;
    this.#say("");
    this.button.disabled = true;
    const answer = ask(this.dialog);
    await (this.starting = this.#start(things));
    const choice = (await answer) === "move" ? { ...this.tree.chosen.dataset } : null;
    return { choice, made: this.made };
  }

  /** Opened again meanwhile, what this reads is not wanted any more. */
  async #start(things) {
    const mine = (this.#asked = {});
    this.tree.clear();
    try {
      const { trail } = await api("GET", `/api/folders/${this.from}?limit=1`);
      if (this.#asked === mine) await this.tree.start(trail, things.map(({ id }) => id));
    } catch (error) {
      if (this.#asked === mine) this.#say(error.title);
    }
  }

  #chosen(item) {
    this.button.disabled = this.verb === "move" && item.dataset.id === this.from;
    this.#say("");
  }

  #ask() {
    this.form.hidden = false;
    this.form.elements.name.focus();
  }

  /** Made in the folder that is chosen, which is known once the tree has come. */
  async #submit(event) {
    event.preventDefault();
    await this.starting;
    const parent = this.tree.chosen;
    if (parent) once({ form: this.form, button: event.submitter }, () => this.#make(parent));
  }

  async #make(parent) {
    try {
      const body = { parent: parent.dataset.id, name: this.form.elements.name.value };
      const { folder } = await api("POST", "/api/folders", body);
      this.form.reset();
      this.form.hidden = true;
      this.made = true;
      if (parent.isConnected) await this.tree.add(parent, folder);
    } catch (error) {
      this.#say(error.title);
    }
  }

  #say(sentence) {
    this.error.textContent = sentence;
  }
}
