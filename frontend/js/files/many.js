import { t, tn } from "../strings.js";
import { toast } from "../toasts.js";
import { Progress } from "./progress.js";

const LANES = 6;
const NAMED = 3;
/** As many as go into one request: enough that requests do not count, few enough to stop between them. */
const A_LOT = 100;
/** Without connection or sign-in the rest would fail as well. */
const HOPELESS = [0, 401];

/** Ids of what something is being done with, wherever its list is: no second act takes it meanwhile. */
const underWay = new Set();

const stay = (event) => event.preventDefault();

export const isWorking = () => underWay.size > 0;

/** Shows on a list which of its rows something is being done with. */
export function markWorking(rows) {
  for (const row of rows.all) row.toggleAttribute("data-working", underWay.has(row.dataset.id));
}

function follow(things, { working }) {
  for (const { id } of things) {
    if (working) underWay.add(id);
    else underWay.delete(id);
  }
  if (isWorking()) addEventListener("beforeunload", stay);
  else removeEventListener("beforeunload", stay);
  document.dispatchEvent(new CustomEvent("drive:working"));
}

/**
 * Does something with each thing, in order, a few at a time: who came through, and who did not and why. `doing` is the
 * sentence that counts along, with a button that leaves the rest as it is.
 */
export async function many(things, act, { doing }) {
  const free = things.filter(({ id }) => !underWay.has(id));
  const [queue, done, failed] = [[...free], [], []];
  const progress = new Progress(free.length, { doing, stop: () => queue.splice(0) });
  const fail = (thing, error) => {
    const rest = HOPELESS.includes(error.status) ? queue.splice(0) : [];
    failed.push(...[thing, ...rest].map((each) => ({ thing: each, error })));
  };
  const lane = async () => {
    for (let thing = queue.shift(); thing; thing = queue.shift()) {
      await act(thing).then(() => done.push(thing), (error) => fail(thing, error)); // prettier-ignore
      progress.step();
    }
  };
  follow(free, { working: true });
  await Promise.all(Array.from({ length: LANES }, lane));
  follow(free, { working: false });
  progress.end();
  return { done, failed };
}

/**
 * Does something with things by the hundred, in order: `act` answers {done, failed} of a lot. Stopping leaves alone
 * what has not been sent yet.
 */
export async function inLots(things, act, { doing }) {
  const free = things.filter(({ id }) => !underWay.has(id));
  const queue = [...free];
  const result = { done: [], failed: [] };
  const progress = new Progress(free.length, { doing, stop: () => queue.splice(0) });
  follow(free, { working: true });
  while (queue.length) {
    const lot = queue.splice(0, A_LOT);
    const { done, failed } = await act(lot).catch((error) => {
      const rest = HOPELESS.includes(error.status) ? queue.splice(0) : [];
      return { done: [], failed: [...lot, ...rest].map((thing) => ({ thing, error })) };
    });
    result.done.push(...done);
    result.failed.push(...failed);
    progress.step(lot.length);
  }
  follow(free, { working: false });
  progress.end();
  return result;
}

/** Why things were not done, by name for the first of them. */
function reasons(failed) {
  const first = failed.slice(0, NAMED);
  const said = first.map(({ thing: { name }, error }) => t("not_done", { name, reason: error.title ?? error.message }));
  return failed.length > NAMED ? [...said, tn("and_more", failed.length - NAMED)] : said;
}

/**
 * One message for all: what was done, with `undo` as the way back, and what was not and why. Where nothing was done
 * `again` tries once more. Returns the message, null where there is nothing to say.
 */
export function report({ done, failed }, { said, undo, again }) {
  if (!done.length && !failed.length) return null;
  const sentences = [...(done.length ? [said(done)] : []), ...reasons(failed)];
  const back = undo && done.length ? { label: t("undo"), run: () => undo(done) } : null;
  const retry = again && !done.length ? { label: t("try_again"), run: again } : null;
  return toast(sentences.join("\n"), { kind: failed.length ? "danger" : "info", action: back ?? retry });
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
