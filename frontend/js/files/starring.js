import { bulk } from "./bulk.js";
import { changed, report, saidOf } from "./many.js";

async function mark(things, starred) {
  const result = await bulk("star", things, { starred, doing: "starring" });
  changed();
  const words = starred ? { one: "starred_one", several: "starred" } : { one: "unstarred_one", several: "unstarred" };
  report(result, {
    said: (done) => saidOf(done, words),
    undo: (done) => mark(done, !starred),
    again: () => mark(things, starred),
  });
}

/** Stars things, those of them that are not; where all are, it takes their stars away. With a way back. */
export function star(things) {
  const plain = things.filter(({ starred }) => !starred);
  return mark(plain.length ? plain : things, plain.length > 0);
}
