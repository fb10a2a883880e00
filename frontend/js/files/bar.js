import { stands } from "../beside.js";
import { announce } from "../live.js";
import { tn } from "../strings.js";
import { fits } from "./fits.js";
import { thingOf } from "./rows.js";
import { Toolbar } from "./toolbar.js";

/** What one can do with the selection; stands in the toolbar's place while there is one, its heading included. */
export class Bar {
  constructor(root, { selection, signal }) {
    this.bar = root.querySelector("[data-selection]");
    this.toolbar = root.querySelector("[data-toolbar]");
    this.count = this.bar.querySelector("[data-count]");
    this.buttons = new Toolbar(this.bar);
    this.selection = selection;
    this.heading = document.createElement("h1");
    this.heading.className = "visually-hidden";
    this.heading.textContent = this.toolbar.querySelector("h1").textContent;
    selection.addEventListener("change", () => this.show(selection.chosen.map(thingOf)));
    this.show(selection.chosen.map(thingOf), { silent: true });
    signal.addEventListener("abort", () => stands("selecting", false));
  }

  show(things, { silent = false } = {}) {
    const any = things.length > 0;
    const left = !any && this.bar.contains(document.activeElement);
    for (const act of this.bar.querySelectorAll("[data-act]")) {
      act.hidden = act.dataset.act !== "unselect" && !fits(act, things);
    }
    this.bar.hidden = !any;
    stands("selecting", any);
    this.buttons.settle();
    if (any) this.bar.before(this.heading);
    else this.heading.remove();
    this.toolbar.classList.toggle("toolbar-replaced", any);
    this.count.textContent = tn(this.selection.reading ? "selecting" : "selected", things.length);
    if (!silent) announce(this.count.textContent, { about: "selection" });
    if (left) this.#giveBack();
  }

  /** The focus was on a button of the bar, which is gone: it goes to the list. */
  #giveBack() {
    const { rows } = this.selection;
    if (rows.current) rows.focus(rows.current);
    else document.getElementById("main").focus();
  }
}
