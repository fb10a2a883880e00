import { instanceOf } from "./bind.js";
import { holdsMore } from "./held.js";
import { announce } from "./live.js";
import { look } from "./navigation.js";

/** Milliseconds without another letter, after which it is asked. */
const REST = 150;
const typing = "input:not([type=checkbox]), textarea, select";
const off = () => document.documentElement.dataset.keys === "off";
const touched = () => matchMedia("(pointer: coarse)").matches;

/**
 * The field in the head of every page: shows what is found as one types, without a press of Enter and without taking
 * the focus. The address always says what is on show.
 */
export default class Search {
  #timer = null;

  constructor(form) {
    this.form = form;
    this.field = form.elements.q;
    this.path = new URL(form.action).pathname;
    form.addEventListener("submit", (event) => this.#submit(event));
    form.addEventListener("input", (event) => event.isComposing || this.#soon());
    form.addEventListener("compositionend", () => this.#soon());
    form.addEventListener("keydown", (event) => event.key === "ArrowDown" && this.#toList(event));
    this.field.addEventListener("blur", () => this.#outline());
    document.querySelector("[data-search-opens]").addEventListener("click", (event) => this.#open(event));
    document.addEventListener("change", ({ target }) => "filter" in target.dataset && this.#ask());
    document.addEventListener("keydown", (event) => this.#slash(event));
    document.addEventListener("drive:shown", () => this.#shown());
  }

  get #isHere() {
    return location.pathname === this.path;
  }

  /** The filters on the page belong to the form too; what says nothing is left out of the address. */
  get #address() {
    const given = [...new FormData(this.form)].filter(([, value]) => value);
    return `${this.form.action}?${new URLSearchParams(given)}`;
  }

  #soon() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ask(), REST);
  }

  #submit(event) {
    event.preventDefault();
    this.#ask();
    if (touched()) this.field.blur();
  }

  /** An empty field asks nothing, but where it says that nothing is looked for any more. */
  async #ask() {
    clearTimeout(this.#timer);
    this.#timer = null;
    if (!this.field.value.trim() && !this.#isHere) return;
    if (!(await look(this.#address))) return;
    announce(document.querySelector("#main [data-hits]").dataset.hits, { about: "hits" });
  }

  /** Another page is on show: the field says what that one is about, unless something newer is being typed. */
  #shown() {
    const text = this.#isHere ? (new URLSearchParams(location.search).get("q") ?? "") : "";
    if (this.#timer === null && this.field.value !== text) this.field.value = text;
    this.#outline();
  }

  /** In a small window the field is there where it is needed. */
  #outline() {
    const isNeeded = this.#isHere || this.field.value || document.activeElement === this.field;
    this.form.classList.toggle("search-open", Boolean(isNeeded));
  }

  #open(event) {
    event.preventDefault();
    this.#focus();
  }

  #focus() {
    this.form.classList.add("search-open");
    this.field.focus();
    this.field.select();
  }

  /** Its key counts wherever nothing is being typed. */
  #slash(event) {
    const { target } = event;
    if (event.key !== "/" || event.defaultPrevented || holdsMore(event) || off()) return;
    if (target.matches(typing) || document.querySelector("dialog:modal")) return;
    event.preventDefault();
    this.#focus();
  }

  #toList(event) {
    const list = this.#isHere && document.querySelector("#main [data-files]");
    const rows = list && instanceOf(list, "files")?.rows;
    if (!rows?.current || holdsMore(event)) return;
    event.preventDefault();
    rows.focus(rows.current);
  }
}
