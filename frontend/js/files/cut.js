import { withCtrl } from "../system.js";
import { toast } from "../toasts.js";
import { saidOf } from "./many.js";
import { move } from "./moving.js";

let held = { things: [], from: "" };
/** The message that says what is cut, until it is put somewhere or let go of. */
let note = null;

/** Marks the rows of what is cut, on whatever list is on show. */
export function markCut(rows) {
  const ids = new Set(held.things.map(({ id }) => id));
  for (const row of rows.all) row.classList.toggle("cut", ids.has(row.dataset.id));
}

/** Keeps things for paste(); none lets go of what was cut before. */
export function cut(things, from) {
  held = { things, from };
  note?.away();
  const words = things.length && saidOf(things, { one: "cut_one", several: "cut", keys: withCtrl("V") });
  note = words ? toast(words, { seconds: 5 }) : null;
}

/** Puts what was cut into this folder. */
export function paste(to) {
  const { things, from } = held;
  cut([], "");
  if (things.length && from !== to.id) move(things, { from, to });
}
