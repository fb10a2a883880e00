/** Whether an entry is for these things: data-one wants a single thing. */
export function fits(entry, things) {
  return entry.dataset.one === undefined ? things.length > 0 : things.length === 1;
}
