// The history: each of its entries knows its number, so that one whose page cannot be shown is left again.
const place = () => location.pathname + location.search;
const numberOf = (state) => state?.step ?? 0;
let shown = { place: place(), step: numberOf(history.state) };

/** Whether the address is that of the page on show. */
export const isShown = () => place() === shown.place;

/** Says that the page at this address is on show. An entry without a number came from a link within the page. */
export function arrived() {
  const step = history.state?.step ?? shown.step + 1;
  if (history.state?.step === undefined) history.replaceState({ ...history.state, step }, "");
  const moved = step !== shown.step;
  shown = { place: place(), step };
  return moved;
}

/** Keeps with the page on show what is wanted for coming back to it. */
export function keep(state) {
  if (isShown()) history.replaceState({ ...state, step: shown.step }, "");
}

/** Another address: of the next page, or with `instead` of this one. */
export function go(url, { instead = false } = {}) {
  if (instead) history.replaceState({ step: numberOf(history.state) }, "", url);
  else history.pushState({ step: numberOf(history.state) + 1 }, "", url);
}

/** Back, or forth, to the page on show. */
export function goBack() {
  const by = shown.step - numberOf(history.state);
  if (by) history.go(by);
}
