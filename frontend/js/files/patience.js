/** Settles by what `begin` is given; rejects when what it is for is not wanted any more. */
function unlessAborted(signal, begin) {
  return new Promise((resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    begin(resolve);
  });
}

/** Waits so many milliseconds. */
export function pause(milliseconds, signal) {
  return unlessAborted(signal, (done) => setTimeout(done, milliseconds));
}

/** Waits until somebody can see the page. */
export function seen(signal) {
  return unlessAborted(signal, (done) => {
    const look = () => document.hidden || done();
    document.addEventListener("visibilitychange", look, { signal });
    look();
  });
}
