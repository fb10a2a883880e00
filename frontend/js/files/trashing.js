import { bulk } from "./bulk.js";
import { changed, saidOf } from "./many.js";
import { offer } from "./undoing.js";

/** Brings things back from the trash. */
export async function restore(things) {
  const result = await bulk("restore", things, { doing: "restoring" });
  changed(result.done);
  offer(result, {
    kind: "restore",
    said: (done) => saidOf(done, { one: "restored_one", several: "restored_many" }),
    again: () => restore(things),
  });
}

/** Into the trash at once, with a way back; true when anything went there. */
export async function trash(things) {
  const result = await bulk("trash", things, { doing: "trashing" });
  changed(result.done);
  offer(result, {
    kind: "trash",
    said: (done) => saidOf(done, { one: "trashed_one", several: "trashed" }),
    again: () => trash(things),
  });
  return result.done.length > 0;
}
