/**
 * Says on the root element what stands beside a list or in front of it: "selecting", "details-beside", "uploads". Rules
 * with :has() would find that out by themselves, but have the browser look at every row anew with each word that
 * changes.
 */
export function stands(name, isThere) {
  document.documentElement.toggleAttribute(`data-${name}`, isThere);
}
