import { api } from "./api.js";
import { fromDrop, fromInput } from "./drop/entries.js";
import { t } from "./strings.js";
import { toast } from "./toasts.js";
import { uploader } from "./uploads.js";

const bringsFiles = (event) => event.dataTransfer?.types.includes("Files");

/** Makes the folders of a way, those that are there already included; answers the last one's id. */
async function makeFolders(parent, path) {
  let folder = parent;
  for (const name of path.split("/")) {
    const made = await api("POST", "/api/folders", { parent: folder, name }).catch((error) => {
      if (error.code !== "exists" || error.body.existing.kind !== "folder") throw error;
      return { folder: error.body.existing };
    });
    folder = made.folder.id;
  }
  return folder;
}

/**
 * The folder on show takes files: dropped anywhere on the page, dropped on the row of a folder in it, or chosen with
 * a button that has data-pick="id of the input".
 */
export default class Drop {
  constructor(main) {
    this.main = main;
    this.cover = document.getElementById("drop-cover");
    this.leaving = new AbortController();
    const on = (type, act) => document.addEventListener(type, act, { signal: this.leaving.signal });
    on("dragover", (event) => bringsFiles(event) && this.#over(event));
    on("dragleave", (event) => event.relatedTarget === null && this.#hide());
    on("drop", (event) => bringsFiles(event) && this.#dropped(event));
    on("click", (event) => this.#pick(event));
    on("change", (event) => this.#picked(event.target));
    // On a slow link files may have been chosen before this module had come: they are not lost.
    for (const input of document.querySelectorAll("#pick-files, #pick-folder")) {
      if (input.files.length) this.#picked(input);
    }
  }

  disconnect() {
    this.#hide();
    this.leaving.abort();
  }

  get here() {
    return { id: this.main.dataset.folder, name: this.main.dataset.folderName, row: null };
  }

  #targetOf(event) {
    const row = event.target.closest?.("#main [data-kind=folder][data-id]");
    return row ? { id: row.dataset.id, name: row.dataset.name, row } : this.here;
  }

  #over(event) {
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
    const { row, name } = this.#targetOf(event);
    this.#mark(row);
    this.cover.firstElementChild.textContent = t("drop_here", { name });
    this.cover.hidden = row !== null;
  }

  #mark(row) {
    if (this.row === row) return;
    this.row?.classList.remove("drop-target");
    row?.classList.add("drop-target");
    this.row = row;
  }

  #hide() {
    this.#mark(null);
    this.cover.hidden = true;
  }

  async #dropped(event) {
    event.preventDefault();
    const target = this.#targetOf(event);
    this.#hide();
    const found = fromDrop(event.dataTransfer);
    const { files, emptyFolders } = await found.catch(() => (toast(t("drop_unreadable"), { kind: "danger" }), {}));
    if (files?.length) uploader().add(files, { parent: target.id });
    if (emptyFolders?.length) this.#make(emptyFolders, target.id);
  }

  async #make(paths, parent) {
    try {
      for (const path of paths) await makeFolders(parent, path);
    } catch (error) {
      toast(error.title, { kind: "danger" });
    }
    document.dispatchEvent(new CustomEvent("drive:uploaded"));
  }

  #pick(event) {
    const button = event.target.closest("[data-pick]");
    if (!button) return;
    event.preventDefault();
    document.getElementById(button.dataset.pick)?.click();
  }

  #picked(input) {
    if (input.id !== "pick-files" && input.id !== "pick-folder") return;
    const files = fromInput(input.files);
    input.value = "";
    uploader().add(files, { parent: this.here.id });
  }
}
