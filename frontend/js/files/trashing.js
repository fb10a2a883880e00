import { bulk } from "./bulk.js";
import { changed, report, saidOf } from "./many.js";

/** Brings things back from the trash. */
export async function restore(things) {
  const result = await bulk("restore", things, { doing: "restoring" });
  changed(result.done);
  report(result, {
    said: (done) => saidOf(done, { one: "restored_one", several: "restored_many" }),
    again: () => restore(things),
  });
}

/** Into the trash at once, with a way back; true when anything went there. */
export async function trash(things) {
  const result = await bulk("trash", things, { doing: "trashing" });
  changed(result.done);
  report(result, {
    said: (done) => saidOf(done, { one: "trashed_one", several: "trashed" }),
    undo: restore,
    again: () => trash(things),
  });
  return result.done.length > 0;
}
