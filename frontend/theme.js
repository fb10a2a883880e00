// Runs before the first paint. The server writes the person's choice as data-theme; only "auto" needs a script.
const page = document.documentElement;
// The keys of a Mac have other names.
page.dataset.system = /^(Mac|iP)/.test(navigator.platform) ? "mac" : "other";
const dark = matchMedia("(prefers-color-scheme: dark)");

function paint() {
  const choice = page.dataset.theme;
  page.dataset.bsTheme = choice === "auto" ? (dark.matches ? "dark" : "light") : choice;
}

paint();
dark.addEventListener("change", paint);
new MutationObserver(paint).observe(page, { attributeFilter: ["data-theme"] });

// On a slow line a button may be pressed before its script has come: it is pressed again once all have.
let early = null;
const note = (event) => (early = event);
document.addEventListener("click", note);
document.addEventListener("drive:bound", () => {
  document.removeEventListener("click", note);
  if (early && !early.defaultPrevented) early.target.closest("[data-pick], [data-opens]")?.click();
}, { once: true });
