import { api } from "../api.js";
import { t, tn } from "../strings.js";
import { toast } from "../toasts.js";
import { bulk } from "./bulk.js";
import { changed, saidOf } from "./many.js";
import { offer } from "./undoing.js";

const SOONEST = 1000;
const LATEST = 10000;

/** Waits for a job that goes on by itself, counts along, and says what came of it unless its copies were taken back. */
async function watch({ id, done }, name, copies) {
  const words = (count) => tn("filling", count, { name });
  const note = toast(words(done), { kind: "work", seconds: Infinity });
  for (let pause = SOONEST; ; pause = Math.min(pause * 1.5, LATEST)) {
    await new Promise((resolve) => setTimeout(resolve, pause));
    const job = await api("GET", `/api/jobs/${id}`).catch((error) => ({ state: error.status ? "gone" : "running" }));
    if (job.done) note.write(words(job.done));
    if (job.state === "running") continue;
    note.away();
    changed();
    if (copies?.back) return;
    if (job.state === "failed") toast(job.title, { kind: "danger" });
    if (job.state === "done") toast(t("filled", { name }));
    return;
  }
}

const copiedTo = (done, { name }) => saidOf(done, { one: "copied_one", several: "copied_to", folder: name });

/** Copies things into a folder {id, name}, with a way back. */
export async function copy(things, to) {
  let filling = null;
  const job = (found, lot) => (filling = { found, name: lot.find(({ kind }) => kind === "folder").name });
  const result = await bulk("copy", things, { target: to.id, doing: "copying", job });
  changed();
  const copies = offer(result, {
    kind: "copy",
    said: (done) => (filling ? t("copying_on", { folder: to.name }) : copiedTo(done, to)),
    again: () => copy(things, to),
  });
  if (filling) watch(filling.found, filling.name, copies);
}
