import { api } from "../api.js";
import { t } from "../strings.js";
import { changed, inLots, report, saidOf } from "./many.js";

const MOST = 50;
/**
 * What was done here and can be taken back, the last one last: {kind, things, note, back}; each thing names its change,
 * note is the message that offers to, and back says that it was.
 */
const stack = [];

const back = (one, several) => (done) => saidOf(done, { one, several });
const kinds = {
  move: { doing: "moving", said: () => t("moved_back") },
  rename: { doing: "moving", said: () => t("renamed_back") },
  copy: { doing: "trashing", said: () => t("copy_undone"), gone: true },
  trash: { doing: "restoring", said: back("restored_one", "restored_many"), gone: true },
  replace: { doing: "restoring", said: () => t("replaced_back") },
  restore: { doing: "trashing", said: back("trashed_one", "trashed"), gone: true },
};

/** Keeps what was done for takeBack(). */
function remember(kind, things) {
  const entry = { kind, things };
  stack.push(entry);
  if (stack.length > MOST) stack.shift();
  return entry;
}

/** Keeps that a file was replaced; those that one request replaced are taken back together. */
export function rememberReplaced(thing) {
  const last = stack.at(-1);
  if (last?.kind === "replace" && last.things[0].change === thing.change) last.things.push(thing);
  else remember("replace", [thing]);
}

function ask(change) {
  return api("POST", "/api/undo", { change }).catch((error) => ({ error }));
}

/** What became of things, whose changes are each taken back once, in `answers`. */
async function takenBack(lot, answers) {
  const [done, failed] = [[], []];
  for (const thing of lot) {
    if (!answers.has(thing.change)) answers.set(thing.change, await ask(thing.change));
    const { error, results = [] } = answers.get(thing.change);
    const result = results.find(({ id }) => id === (thing.copy ?? thing.id));
    const refusal = error ?? (result?.status >= 400 ? result : null);
    if (refusal) failed.push({ thing, error: refusal });
    else done.push(thing);
  }
  return { done, failed };
}

/** Takes back what was done, all that one request did together; what something stands in the way of stays as it is. */
async function undo(entry) {
  entry.note?.away();
  if (stack.includes(entry)) stack.splice(stack.indexOf(entry), 1);
  const { doing, said, gone } = kinds[entry.kind];
  const answers = new Map();
  entry.back = true;
  const result = await inLots(entry.things, (lot) => takenBack(lot, answers), { doing });
  entry.back = result.done.length > 0;
  changed(gone ? result.done.map(({ id, copy }) => ({ id: copy ?? id })) : []);
  report(result, { said, again: result.failed.some(({ error }) => error.status === 0) && (() => undo(entry)) });
}

/** Says what was done, as report() does, with the way back, which Ctrl+Z knows too; answers it: `back` once taken. */
export function offer(result, { kind, said, again }) {
  const entry = result.done.length ? remember(kind, result.done) : null;
  const note = report(result, { said, again, undo: entry && (() => undo(entry)) });
  if (entry) entry.note = note;
  return entry;
}

/** The same for a thing that has a new name. */
export function offerRenamed(thing) {
  offer({ done: [thing], failed: [] }, { kind: "rename", said: () => t("renamed", { name: thing.name }) });
}

/** Takes back what was done last, whatever the messages on show offer; false when nothing is known of that here. */
export function takeBack() {
  const last = stack.at(-1);
  if (!last) return false;
  undo(last);
  return true;
}
