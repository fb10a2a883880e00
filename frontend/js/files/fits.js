/**
 * Whether an entry is for these things: data-one wants a single thing, data-star "add" one that is not starred among
 * them, "remove" none.
 */
export function fits({ dataset: { one, star } }, things) {
  const isStarred = things.every(({ starred }) => starred);
  if (star !== undefined && isStarred !== (star === "remove")) return false;
  return one === undefined ? things.length > 0 : things.length === 1;
}
