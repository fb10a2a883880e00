// One polite and one assertive region stand on every page; the text is set a moment later so that
// the same sentence said twice is read twice.
/** Says text to screen readers. urgent interrupts: for failures only. */
export function announce(text, { urgent = false } = {}) {
  const region = document.getElementById(urgent ? "live-urgent" : "live");
  region.textContent = "";
  setTimeout(() => (region.textContent = text), 50);
}
