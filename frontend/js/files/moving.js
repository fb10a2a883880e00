import { api } from "../api.js";
import { t } from "../strings.js";
import { changed, many, report, saidOf } from "./many.js";

const put = (parent) => ({ id, kind }) => api("PATCH", `/api/${kind}s/${id}`, { parent });

async function back(things, from) {
  const result = await many(things, put(from), { doing: "moving" });
  changed();
  report(result, { said: () => t("moved_back"), again: () => back(things, from) });
}

/** Moves things from one folder into another {id, name}, with a way back. */
export async function move(things, { from, to }) {
  const result = await many(things, put(to.id), { doing: "moving" });
  changed(result.done);
  report(result, {
    said: (done) => saidOf(done, { one: "moved_one", several: "moved", folder: to.name }),
    undo: (done) => back(done, from),
    again: () => move(things, { from, to }),
  });
}
