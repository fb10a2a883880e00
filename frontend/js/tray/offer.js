import { icon } from "../icons.js";
import { t, tn } from "../strings.js";
import { toast } from "../toasts.js";

const MOST_NAMES = 5;

/** Uploads that were interrupted: choosing the same files again goes on with them. */
export class Offer {
  #shown = [];

  constructor(element, { uploader, changed }) {
    Object.assign(this, { element, uploader, changed });
    for (const name of ["said", "list", "more", "choose"]) this[name] = element.querySelector(`[data-offer-${name}]`);
    this.input = element.querySelector("input[type=file]");
    this.choose.addEventListener("click", () => this.input.click());
    element.querySelector("[data-offer-dismiss]").addEventListener("click", () => this.#dismiss());
    this.input.addEventListener("change", () => this.#chosen());
  }

  get isOpen() {
    return this.uploader.offers.items.length > 0;
  }

  show() {
    const { items } = this.uploader.offers;
    if (items.length === this.#shown.length && items.every((item, i) => item === this.#shown[i])) return;
    this.#shown = [...items];
    const focused = this.element.contains(document.activeElement) && document.activeElement;
    const at = [...this.list.querySelectorAll("button")].indexOf(focused);
    this.#fill(items);
    const left = [...this.list.querySelectorAll("button")];
    if (focused && !focused.isConnected) (left[at] ?? left.at(-1) ?? this.choose).focus();
    this.element.hidden = !this.isOpen;
    if (focused && !this.isOpen) document.getElementById("main").focus();
  }

  #fill(items) {
    this.said.textContent = tn("tray_offer", items.length);
    this.list.replaceChildren(...items.slice(0, MOST_NAMES).map((item) => this.#line(item)));
    const rest = items.length - MOST_NAMES;
    this.more.hidden = rest <= 0;
    this.more.textContent = t("tray_more", { count: rest });
  }

  #line(item) {
    const [line, name, button] = ["li", "bdi", "button"].map((tag) => document.createElement(tag));
    line.className = "tray-offer";
    Object.assign(name, { className: "tray-name", textContent: item.name, title: item.name });
    Object.assign(button, { type: "button", className: "icon-button", title: t("tray_give_up") });
    button.setAttribute("aria-label", t("tray_give_up_name", { name: item.name }));
    button.append(icon("x-lg"));
    button.addEventListener("click", () => this.#dismiss([item]));
    line.append(name, button);
    return line;
  }

  async #chosen() {
    const strangers = await this.uploader.goOn([...this.input.files]);
    this.input.value = "";
    const said = strangers.slice(0, MOST_NAMES).map(({ name }) => t("tray_stranger", { name }));
    if (said.length) toast(said.join("\n"), { kind: "danger" });
    this.changed();
  }

  #dismiss(items) {
    this.uploader.offers.dismiss(items);
    this.show();
    this.changed();
  }
}
