import { announce } from "../live.js";
import { tn } from "../strings.js";
import { fits } from "./fits.js";
import { thingOf } from "./rows.js";

/** What one can do with the selection; stands in the toolbar's place while there is one. */
export class Bar {
  constructor(root, selection) {
    this.bar = root.querySelector("[data-selection]");
    this.toolbar = root.querySelector("[data-toolbar]");
    this.count = this.bar.querySelector("[data-count]");
    selection.addEventListener("change", () => this.show(selection.chosen.map(thingOf)));
    this.show(selection.chosen.map(thingOf), { silent: true });
  }

  show(things, { silent = false } = {}) {
    const any = things.length > 0;
    for (const act of this.bar.querySelectorAll("[data-act]")) {
      act.hidden = act.dataset.act !== "unselect" && !fits(act, things);
    }
    this.bar.hidden = !any;
    this.toolbar.hidden = any;
    this.count.textContent = tn("selected", things.length);
    if (!silent) announce(this.count.textContent);
  }
}
