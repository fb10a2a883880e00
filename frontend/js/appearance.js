import { setCookie } from "./cookies.js";

/** The radio group of themes: painted at once; the form's Save is for browsers without scripts. */
export default class Appearance {
  constructor(form) {
    form.addEventListener("change", (event) => this.choose(event.target.value));
  }

  choose(theme) {
    setCookie("theme", theme);
    document.documentElement.dataset.theme = theme;
  }
}
