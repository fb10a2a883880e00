import { toast } from "./toasts.js";

const levels = ["", "nearly", "full"];

/** Says once that the drive has become nearly full, or full, since this page was made; page is a fresh answer. */
export function warnOfRoom(page) {
  const [old, fresh] = [document, page].map((each) => each.querySelector("[data-room]"));
  if (!old || !fresh || levels.indexOf(fresh.dataset.room) <= levels.indexOf(old.dataset.room)) return;
  const sentences = fresh.querySelectorAll("p:not([id])");
  const words = [...sentences].map(({ textContent }) => textContent.trim().replace(/\s+/g, " "));
  toast(words.join("\n"), { kind: fresh.dataset.room === "full" ? "danger" : "info" });
}
