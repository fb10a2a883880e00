import { api } from "../api.js";
import { t } from "../strings.js";
import { toast } from "../toasts.js";
import { changed, complain, many, saidOf } from "./many.js";

const put = (parent) => ({ id, kind }) => api("PATCH", `/api/${kind}s/${id}`, { parent });

async function back(things, from) {
  const { done, failed } = await many(things, put(from));
  complain(failed);
  changed();
  if (done.length) toast(t("moved_back"));
}

/** Moves things from one folder into another {id, name}, with a way back. */
export async function move(things, { from, to }) {
  const { done, failed } = await many(things, put(to.id));
  complain(failed);
  changed(done);
  if (!done.length) return;
  const action = { label: t("undo"), run: () => back(done, from) };
  toast(saidOf(done, { one: "moved_one", several: "moved", folder: to.name }), { action });
}
