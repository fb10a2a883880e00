import { isolate, tn, t } from "../strings.js";
import { toast } from "../toasts.js";

const MOST_NAMES = 3;

/** Uploads that were interrupted: choosing the same files again goes on with them. */
export class Offer {
  constructor(element, { uploader, changed }) {
    Object.assign(this, { element, uploader, changed });
    this.text = element.querySelector("[data-offer-text]");
    this.input = element.querySelector("input[type=file]");
    element.querySelector("[data-offer-choose]").addEventListener("click", () => this.input.click());
    element.querySelector("[data-offer-dismiss]").addEventListener("click", () => this.#dismiss());
    this.input.addEventListener("change", () => this.#chosen());
  }

  get isOpen() {
    return this.uploader.offers.items.length > 0;
  }

  show() {
    const { items } = this.uploader.offers;
    this.element.hidden = !this.isOpen;
    if (!this.isOpen) return;
    const names = items.slice(0, MOST_NAMES).map(({ name }) => isolate(name));
    const rest = items.length - names.length;
    if (rest) names.push(t("tray_offer_more", { count: rest }));
    const list = new Intl.ListFormat(document.documentElement.lang, { type: rest ? "unit" : "conjunction" });
    this.text.textContent = `${tn("tray_offer", items.length)} ${list.format(names)}`;
  }

  async #chosen() {
    const strangers = await this.uploader.goOn([...this.input.files]);
    this.input.value = "";
    const said = strangers.slice(0, MOST_NAMES).map(({ name }) => t("tray_stranger", { name }));
    if (said.length) toast(said.join("\n"), { kind: "danger" });
    this.changed();
  }

  #dismiss() {
    this.uploader.offers.dismiss();
    this.changed();
  }
}
