import { withCtrl } from "../system.js";
import { toast } from "../toasts.js";
import { copy } from "./copying.js";
import { saidOf } from "./many.js";
import { move } from "./moving.js";

let held = { things: [], from: "", stays: false };
/** The message that says what is held, until it is put somewhere or let go of. */
let note = null;

/** Marks the rows of what is cut, on whatever list is on show. */
export function markCut(rows) {
  const ids = new Set(held.stays ? [] : held.things.map(({ id }) => id));
  for (const row of rows.all) row.classList.toggle("cut", ids.has(row.dataset.id));
}

function hold(things, { from, stays }) {
  held = { things, from, stays };
  note?.away();
  const words = stays ? { one: "held_one", several: "held" } : { one: "cut_one", several: "cut" };
  const said = things.length && saidOf(things, { ...words, keys: withCtrl("V") });
  note = said ? toast(said, { seconds: 5 }) : null;
}

/** Keeps things for paste(); what was held before is let go of. */
export const cut = (things, from) => hold(things, { from, stays: false });

/** The same for copies, which can be put into any number of folders. */
export const holdCopy = (things, from) => hold(things, { from, stays: true });

/** What has come to its place is cut no more; the rest still is, unless something else was held meanwhile. */
async function moveCut({ things, from }, to) {
  const there = new Set((await move(things, { from, to })).map(({ id }) => id));
  if (held.from === from && !held.stays) held = { ...held, things: held.things.filter(({ id }) => !there.has(id)) };
}

/** Puts what is held into this folder: copies as often as one likes, and what was cut until it is there. */
export function paste(to) {
  const { things, from, stays } = held;
  note?.away();
  if (!things.length) return;
  if (stays) copy(things, to);
  else if (from === to.id) cut([], "");
  else moveCut(held, to);
}
