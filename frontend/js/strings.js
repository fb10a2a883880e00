// Sentences for people come from the page, where the server has translated them:
// every <script type="application/json" data-strings> holds {"key": "text with {placeholders}"}.
function read(page) {
  const blocks = [...page.querySelectorAll("script[data-strings]")];
  return Object.assign({}, ...blocks.map((block) => JSON.parse(block.textContent)));
}

let strings;

/** Sentences of another page whose parts are about to be shown here. */
export function learn(page) {
  strings = { ...(strings ?? read(document)), ...read(page) };
}

const letters = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]|[\ud802\ud803\ud83a\ud83b]/;
const marks = /[\u200f\u202a-\u202e\u2066-\u2068]/;

/** For use inside a sentence: a name that runs from right to left keeps to itself, and nothing around it moves. */
export function isolate(name) {
  return letters.test(name) || marks.test(name) ? `\u2068${name}\u2069` : name;
}

/** The text for a key, its {placeholders} filled in; the key itself when the page has no such text. */
export function t(key, values = {}) {
  strings ??= read(document);
  const text = strings[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => isolate(values[name] ?? whole));
}

/** As t(), choosing "<key>.one" or "<key>.other" by count in the page's language. */
export function tn(key, count, values = {}) {
  const { lang } = document.documentElement;
  const form = new Intl.PluralRules(lang).select(count) === "one" ? "one" : "other";
  return t(`${key}.${form}`, { count: count.toLocaleString(lang), ...values });
}
