import { t } from "../strings.js";
import { bulk } from "./bulk.js";
import { changed, saidOf } from "./many.js";
import { offer } from "./undoing.js";

/** Says where they are back, when that is one folder. */
function saidBack(done) {
  const [folder, ...others] = new Set(done.map((thing) => thing.folder));
  if (folder === undefined || others.length) return saidOf(done, { one: "restored_one", several: "restored_many" });
  return saidOf(done, { one: "back_one", several: "back_many", folder: folder || t("my_files") });
}

/** Brings things back from the trash. */
export async function restore(things) {
  const result = await bulk("restore", things, { doing: "restoring" });
  changed(result.done);
  offer(result, {
    kind: "restore",
    said: saidBack,
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
