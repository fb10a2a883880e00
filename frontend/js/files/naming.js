import { api } from "../api.js";
import { announce } from "../live.js";
import { t } from "../strings.js";
import { changed } from "./many.js";
import { NameField, stemLength } from "./name_field.js";
import { offerRenamed } from "./undoing.js";

/** Renaming in its row, and the row of a folder that is being made. */
export class Naming {
  constructor(root, rows) {
    this.rows = rows;
    this.field = root.querySelector("[data-name-field]");
    this.newRow = root.querySelector("[data-new-row]");
  }

  /** Whether somebody is typing a name: the list then stays as it is. */
  get isOpen() {
    return this.rows.body.querySelector(".name-field") !== null;
  }

  rename(row) {
    if (this.isOpen) return;
    const { id, kind, name } = row.dataset;
    const shown = row.querySelector(".file-text");
    const save = async (wanted) => {
      if (wanted === name) return;
      const { change } = await api("PATCH", `/api/${kind}s/${id}`, { name: wanted });
      changed();
      offerRenamed({ id, kind, name: wanted, change });
    };
    const field = new NameField(this.field, { name, stem: stemLength(name, kind), save, leave });
    const { rows } = this;
    const before = row.draggable;
    function leave({ refocus }) {
      field.element.remove();
      shown.hidden = false;
      row.draggable = before;
      if (refocus) rows.focus(row);
    }
    row.draggable = false;
    shown.hidden = true;
    shown.after(field.element);
    field.focus();
  }

  /** Shows the row of a new folder on top of the list; `done` gets the folder once it is made, null when it is not. */
  make(parent, done) {
    const row = this.newRow.content.firstElementChild.cloneNode(true);
    const name = t("new_folder");
    const save = async (wanted) => {
      const { folder } = await api("POST", "/api/folders", { parent, name: wanted });
      announce(t("made", { name: folder.name }));
      made = folder;
    };
    let made = null;
    const leave = ({ refocus }) => {
      row.remove();
      done(made);
      if (refocus && !made) (this.rows.current ?? document.getElementById("main")).focus();
    };
    const field = new NameField(this.field, { name, stem: name.length, save, leave });
    row.querySelector(".file-name").append(field.element);
    this.rows.body.prepend(row);
    field.focus();
  }
}
