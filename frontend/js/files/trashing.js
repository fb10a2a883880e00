import { api } from "../api.js";
import { changed, many, report, saidOf } from "./many.js";

/** Brings things back from the trash. */
export async function restore(things) {
  const result = await many(things, ({ id }) => api("POST", `/api/trash/${id}/restore`), { doing: "restoring" });
  changed(result.done);
  report(result, {
    said: (done) => saidOf(done, { one: "restored_one", several: "restored_many" }),
    again: () => restore(things),
  });
}

/** Into the trash at once, with a way back; true when anything went there. */
export async function trash(things) {
  const result = await many(things, ({ id, kind }) => api("DELETE", `/api/${kind}s/${id}`), { doing: "trashing" });
  changed(result.done);
  report(result, {
    said: (done) => saidOf(done, { one: "trashed_one", several: "trashed" }),
    undo: restore,
    again: () => trash(things),
  });
  return result.done.length > 0;
}
