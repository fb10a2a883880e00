import { bulk } from "./bulk.js";
import { changed, saidOf } from "./many.js";
import { offer } from "./undoing.js";

/**
 * Moves things from one folder into another {id, name}, with a way back. Without `from` they are of different folders,
 * and stay on the list that shows them. Resolves with those that came there.
 */
export async function move(things, { from, to }) {
  const result = await bulk("move", things, { target: to.id, doing: "moving" });
  changed(from ? result.done : []);
  offer(result, {
    kind: "move",
    said: (done) => saidOf(done, { one: "moved_one", several: "moved", folder: to.name }),
    again: () => move(things, { from, to }),
  });
  return result.done;
}
