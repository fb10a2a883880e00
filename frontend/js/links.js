import { api } from "./api.js";
import { bind } from "./bind.js";
import { confirm } from "./confirm.js";
import { Listing } from "./files/listing.js";
import { changed } from "./files/many.js";
import { t } from "./strings.js";
import { toast } from "./toasts.js";

const rowsIn = (part) => [...part.querySelectorAll("[data-rows] > [data-id]")];

/** The list of my links: more as one scrolls, and ending one without leaving the page. */
export default class Links {
  constructor(root) {
    this.list = root.querySelector("[data-rows]");
    this.listing = new Listing(root, {
      show: (parts) => (this.list.replaceChildren(...parts.flatMap(rowsIn)), bind(this.list)),
      append: (part) => (this.list.append(...rowsIn(part)), bind(this.list)),
      count: (part = root) => rowsIn(part).length,
      busy: () => this.list.contains(document.activeElement),
    });
    this.list.addEventListener("submit", (event) => this.#submit(event));
  }

  disconnect() {
    this.listing.disconnect();
  }

  async #submit(event) {
    event.preventDefault();
    const row = event.target.closest("[data-id]");
    const { id, name } = row.dataset;
    const text = t("revoke_text", { name });
    if (!(await confirm({ title: t("revoke_title"), text, action: t("revoke"), danger: true }))) return;
    try {
      await api("DELETE", `/api/shares/${id}`);
      const next = row.nextElementSibling ?? row.previousElementSibling;
      row.remove();
      (next?.querySelector("[data-revoke] button") ?? document.getElementById("main")).focus();
      this.listing.recount();
      changed();
      toast(t("revoked"));
    } catch (error) {
      toast(error.title, { kind: "danger" });
    }
  }
}
