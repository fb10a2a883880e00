// One polite and one assertive region stand on every page, and a pair in each dialog that has been opened: while one is
// open, screen readers pass over whatever changes behind it. The text is set a moment later so that the same sentence
// said twice is read twice.
const roles = { false: "status", true: "alert" };

/** Gives an open dialog regions of its own; they must stand there before anything is said in them. */
export function prepare(dialog) {
  for (const [urgent, role] of Object.entries(roles)) {
    if (dialog.querySelector(`:scope > [data-live="${urgent}"]`)) continue;
    const region = document.createElement("div");
    region.className = "visually-hidden";
    region.setAttribute("role", role);
    region.dataset.live = urgent;
    dialog.append(region);
  }
}

/** Where it is heard: in the dialog that is in front, else on the page. */
function regionFor(urgent) {
  const dialogs = [...document.querySelectorAll("dialog:modal")];
  const front = document.activeElement?.closest("dialog:modal") ?? dialogs.at(-1);
  const inside = front?.querySelector(`:scope > [data-live="${urgent}"]`);
  return inside ?? document.getElementById(urgent ? "live-urgent" : "live");
}

/** What each region is about to say, by what it is about. */
const waiting = new WeakMap();

function say(region) {
  region.textContent = [...waiting.get(region).values()].join("\n");
  waiting.delete(region);
}

/**
 * Says text to screen readers. urgent interrupts: for failures only. Sentences that come together are said one after
 * the other; of those that are `about` the same, such as a count, only the last.
 */
export function announce(text, { urgent = false, about = text } = {}) {
  const region = regionFor(urgent);
  if (!waiting.has(region)) {
    waiting.set(region, new Map());
    setTimeout(() => say(region), 50);
  }
  region.textContent = "";
  waiting.get(region).set(about, text);
}
