import { api } from "../api.js";
import { askAboutName } from "../conflict.js";
import { ApiError } from "../refusals.js";
import { t, tn } from "../strings.js";
import { inLots } from "./many.js";

const isTaken = ({ error }) => error.code === "exists" && error.body.existing;

/**
 * One request; what was done gets what is known of it: `copy`, the id of what was made, the name of the `folder` it
 * came back to, and the `change`. Skipped things are neither done nor failed.
 */
async function send(lot, { job, ...body }) {
  const answer = await api("POST", "/api/bulk", { ...body, ids: lot.map(({ id }) => id) });
  if (answer.job) job?.(answer.job, lot);
  const results = new Map(answer.results.map((result) => [result.id, result]));
  const [done, failed] = [[], []];
  for (const thing of lot) {
    const result = results.get(thing.id);
    const { copy, folder } = result;
    if (result.status >= 400) failed.push({ thing, error: new ApiError({ status: result.status, body: result }) });
    else if (result.code !== "skipped") done.push({ ...thing, copy, folder, change: answer.change });
  }
  return { done, failed };
}

/** Asks once about all names that are taken; null to leave these things as they are. */
async function choose(taken) {
  const [{ thing, error }] = taken;
  const { existing } = error.body;
  const one = taken.length === 1;
  const { choice } = await askAboutName({
    text: one ? t("tray_taken", { name: thing.name }) : tn("names_taken", taken.length, { name: thing.name }),
    count: taken.length,
    existing: one ? { ...existing, time: existing.modified } : null,
    canReplace: taken.some((each) => each.thing.kind === each.error.body.existing.kind),
  });
  return choice;
}

/**
 * Does `action` with things by the hundred; where names are taken in `target` it asks, once for all of them.
 * `job` hears of work that goes on after the request.
 */
export async function bulk(action, things, { doing, ...more }) {
  const body = { action, ...more };
  const result = await inLots(things, (lot) => send(lot, body), { doing });
  const taken = result.failed.filter(isTaken);
  if (!taken.length) return result;
  const failed = result.failed.filter((each) => !isTaken(each));
  const conflict = await choose(taken);
  if (!conflict) return { done: result.done, failed };
  const again = await inLots(taken.map(({ thing }) => thing), (lot) => send(lot, { ...body, conflict }), { doing });
  return { done: [...result.done, ...again.done], failed: [...failed, ...again.failed] };
}
