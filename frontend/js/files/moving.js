import { t } from "../strings.js";
import { bulk } from "./bulk.js";
import { changed, report, saidOf } from "./many.js";

/** Each back to where it was, or all to where they were, and what they had replaced back to its place. */
async function back(things, { from, replaced }) {
  const result = { done: [], failed: [] };
  for (const target of new Set(things.map(({ parent }) => parent ?? from))) {
    const some = things.filter(({ parent }) => (parent ?? from) === target);
    const { done, failed } = await bulk("move", some, { target, doing: "moving" });
    result.done.push(...done);
    result.failed.push(...failed);
  }
  if (replaced.length) await bulk("restore", replaced.map((id) => ({ id })), { doing: "restoring" });
  changed();
  report(result, { said: () => t("moved_back"), again: () => back(things, { from, replaced }) });
}

/**
 * Moves things from one folder into another {id, name}, with a way back. Without `from` they are of different folders,
 * and stay on the list that shows them.
 */
export async function move(things, { from, to }) {
  const result = await bulk("move", things, { target: to.id, doing: "moving" });
  changed(from ? result.done : []);
  report(result, {
    said: (done) => saidOf(done, { one: "moved_one", several: "moved", folder: to.name }),
    undo: (done) => back(done, { from, replaced: result.replaced }),
    again: () => move(things, { from, to }),
  });
}
