import { t, tn } from "../strings.js";
import { toast } from "../toasts.js";

const LANES = 4;

/** Does something with each thing, a few at a time: who came through, and who did not and why. */
export async function many(things, act) {
  const [queue, done, failed] = [[...things], [], []];
  const lane = async () => {
    for (let thing = queue.shift(); thing; thing = queue.shift()) {
      try {
        await act(thing);
        done.push(thing);
      } catch (error) {
        failed.push({ thing, error });
      }
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return { done, failed };
}

/** Says why the first of them failed, and how many more did. */
export function complain(failed) {
  if (!failed.length) return;
  const [{ thing, error }, ...rest] = failed;
  const first = t("not_done", { name: thing.name, reason: error.title ?? error.message });
  toast(rest.length ? `${first} ${tn("and_more", rest.length)}` : first, { kind: "danger" });
}

/** A sentence about one thing by its name, or about many by their number. */
export function saidOf(things, { one, several, ...values }) {
  if (things.length === 1) return t(one, { name: things[0].name, ...values });
  return tn(several, things.length, values);
}

/** Tells the list on show that things have gone from it, come to it, or changed. */
export function changed(gone = []) {
  document.dispatchEvent(new CustomEvent("drive:changed", { detail: { gone: gone.map(({ id }) => id) } }));
}
