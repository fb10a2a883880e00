import { t } from "../strings.js";

/** The key belongs to whatever turns strokes into characters; Safari says so by this alone. */
const COMPOSING = 229;

/** How many characters of a name are its stem: all of a folder's, a file's up to its extension. */
export function stemLength(name, kind) {
  if (kind === "folder") return name.length;
  const found = /^(.+?)(\.tar)?\.[^.]{1,16}$/is.exec(name);
  return found ? found[1].length : name.length;
}

/**
 * A field in a row for a name. Enter saves, Escape leaves things as they were; leaving the field saves what was
 * changed. `save` may refuse with an error, which is shown beside the field.
 */
export class NameField {
  #over = false;
  #busy = false;

  constructor(template, { name, stem, save, leave }) {
    Object.assign(this, { name, save, leave });
    this.element = template.content.firstElementChild.cloneNode(true);
    this.input = this.element.querySelector("input");
    this.error = this.element.querySelector("[role=alert]");
    this.input.value = name;
    this.stem = stem;
    this.input.addEventListener("keydown", (event) => this.#key(event));
    this.input.addEventListener("blur", () => this.#blur());
  }

  focus() {
    this.input.focus();
    this.input.setSelectionRange(0, this.stem);
  }

  #key(event) {
    event.stopPropagation();
    if (event.isComposing || event.keyCode === COMPOSING) return;
    if (event.key === "Escape") this.#leave();
    if (event.key !== "Enter") return;
    event.preventDefault();
    this.#submit();
  }

  #blur() {
    if (this.#busy || this.#over) return;
    const { value } = this.input;
    if (value.trim() && value !== this.name) this.#submit();
    else this.#leave({ refocus: false });
  }

  #leave({ refocus = true } = {}) {
    if (this.#over) return;
    this.#over = true;
    this.leave({ refocus });
  }

  async #submit() {
    if (this.#busy || this.#over) return;
    this.#busy = true;
    const refocus = document.activeElement === this.input;
    try {
      await this.save(this.input.value);
      this.#leave({ refocus });
    } catch (error) {
      this.#refuse(error.title ?? t("went_wrong"));
    } finally {
      this.#busy = false;
    }
  }

  #refuse(sentence) {
    this.input.classList.add("is-invalid");
    this.input.setAttribute("aria-invalid", "true");
    this.error.textContent = sentence;
    this.input.focus();
  }
}
