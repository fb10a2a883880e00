import { t } from "../strings.js";
import { bulk } from "./bulk.js";
import { changed, report, saidOf } from "./many.js";

/** Back to where things were, and what they had replaced back to its place. */
async function back(things, { from, replaced }) {
  const result = await bulk("move", things, { target: from, doing: "moving" });
  if (replaced.length) await bulk("restore", replaced.map((id) => ({ id })), { doing: "restoring" });
  changed();
  report(result, { said: () => t("moved_back"), again: () => back(things, { from, replaced }) });
}

/** Moves things from one folder into another {id, name}, with a way back. */
export async function move(things, { from, to }) {
  const result = await bulk("move", things, { target: to.id, doing: "moving" });
  changed(result.done);
  report(result, {
    said: (done) => saidOf(done, { one: "moved_one", several: "moved", folder: to.name }),
    undo: (done) => back(done, { from, replaced: result.replaced }),
    again: () => move(things, { from, to }),
  });
}
