import { instanceOf } from "../bind.js";
import { fits } from "./fits.js";
import { thingOf } from "./rows.js";

/** The menu of "…" and of the right button. */
export class RowMenu {
  subject = [];

  constructor(element) {
    this.element = element;
  }

  open(rows, x, y) {
    this.subject = rows;
    const things = rows.map(thingOf);
    for (const entry of this.element.querySelectorAll("[data-act]")) entry.hidden = !fits(entry, things);
    for (const line of this.element.querySelectorAll("hr[data-one]")) line.hidden = things.length !== 1;
    instanceOf(this.element, "menu").openAt(x, y);
  }

  openAtRow(rows, row) {
    const { left, top, width, height } = row.getBoundingClientRect();
    this.open(rows, left + Math.min(48, width / 2), top + height / 2);
  }
}
