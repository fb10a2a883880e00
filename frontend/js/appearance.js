import { setCookie } from "./cookies.js";

/** Theme and keys: as chosen, at once, in this browser; the form's Save is for the account, and without scripts. */
export default class Appearance {
  constructor(choices) {
    choices.addEventListener("change", ({ target }) => this.choose(target));
  }

  choose({ name, value, checked }) {
    const chosen = name === "keys" ? (checked ? "on" : "off") : value;
    setCookie(name, chosen);
    document.documentElement.dataset[name] = chosen;
  }
}
