/** Whether an entry is for these things: data-one wants a single thing, data-one="file" a single file. */
export function fits(entry, things) {
  const { one } = entry.dataset;
  if (one === undefined) return things.length > 0;
  return things.length === 1 && (one === "" || things[0].kind === one);
}
