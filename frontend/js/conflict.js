import { ask } from "./dialogs.js";
import { t, tn } from "./strings.js";
import { sizeText } from "./tray/words.js";

/** One question at a time, whoever asks. */
let last = Promise.resolve();

/** As the server writes times: English in the order of most of the world. */
function dateText(time) {
  const { lang } = document.documentElement;
  const style = { dateStyle: "medium", timeStyle: "short" };
  return new Date(time).toLocaleString(lang === "en" ? "en-GB" : lang, style);
}

function factsText({ size, time, kind }) {
  return kind === "folder" ? t("tray_folder") : t("tray_facts", { size: sizeText(size), time: dateText(time) });
}

function fact(element, facts) {
  element.hidden = element.previousElementSibling.hidden = !facts;
  if (facts) element.textContent = factsText(facts);
}

async function show({ text, count = 1, existing, arriving, rest = "", canReplace, signal }) {
  if (signal?.aborted) return { choice: null, forAll: false };
  const dialog = document.getElementById("conflict");
  const part = (name) => dialog.querySelector(`[data-${name}]`);
  document.getElementById("conflict-title").textContent = tn("conflict_title", count);
  part("name").textContent = text;
  fact(part("old"), existing);
  fact(part("new"), arriving);
  part("replace").hidden = !canReplace;
  part("rest").checked = false;
  part("rest").closest("label").hidden = !rest;
  part("rest-text").textContent = rest;
  const close = () => dialog.close();
  signal?.addEventListener("abort", close, { once: true });
  const choice = (await ask(dialog)) || null;
  signal?.removeEventListener("abort", close);
  return { choice, forAll: part("rest").checked };
}

/**
 * Asks what becomes of a taken name: choice is "replace", "keep_both", "skip", or null when it was left open; forAll
 * whether it is meant for the rest too. count is how many names the question is about; existing and arriving are {size,
 * time, kind}, where they are known; rest is the sentence about the others, if there are any. A signal withdraws the
 * question.
 */
export function askAboutName(question) {
  const answer = last.then(() => show(question));
  last = answer;
  return answer;
}
