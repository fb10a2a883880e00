import { api } from "../api.js";
import { t } from "../strings.js";
import { toast } from "../toasts.js";
import { changed, complain, many, saidOf } from "./many.js";

/** Brings things back from the trash. */
export async function restore(things) {
  const { done, failed } = await many(things, ({ id }) => api("POST", `/api/trash/${id}/restore`));
  complain(failed);
  changed(done);
  if (done.length) toast(saidOf(done, { one: "restored_one", several: "restored_many" }));
}

/** Into the trash at once, with a way back; true when anything went there. */
export async function trash(things) {
  const { done, failed } = await many(things, ({ id, kind }) => api("DELETE", `/api/${kind}s/${id}`));
  complain(failed);
  changed(done);
  const action = { label: t("undo"), run: () => restore(done) };
  if (done.length) toast(saidOf(done, { one: "trashed_one", several: "trashed" }), { action });
  return done.length > 0;
}
