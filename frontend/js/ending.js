import { t } from "./strings.js";

/** The choice of when a link ends: says the full date of it, and asks for a day only where one is wanted. */
export default class Ending {
  constructor(element) {
    this.choice = element.querySelector("select");
    this.date = element.querySelector("[data-date]");
    this.words = element.querySelector("[data-says]");
    this.choice.addEventListener("change", () => this.show());
    this.show();
  }

  show() {
    const { value, selectedOptions } = this.choice;
    const { ends } = selectedOptions[0].dataset;
    this.date.hidden = value !== "date";
    const day = this.date.querySelector("input");
    day.required = value === "date";
    day.disabled = value !== "date"; // a day wins over the choice wherever one is sent
    this.words.hidden = !ends;
    this.words.textContent = ends ? t("stops_working", { time: ends }) : "";
  }
}
