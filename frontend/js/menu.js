import { holdsMore } from "./held.js";

const keys = { ArrowDown: 1, ArrowUp: -1, Home: 0, End: 0 };
const gap = 4;

/**
 * A popover menu: opens beside its button (or at a point), arrow keys walk it. Without scripts it opens in the middle;
 * with them it stays unseen until it has its place, since that is told only after it was first painted.
 */
export default class Menu {
  constructor(menu) {
    this.menu = menu;
    this.button = document.querySelector(`[popovertarget="${menu.id}"]`);
    // It may have been opened before its script had come.
    this.toggled(menu.matches(":popover-open"));
    menu.addEventListener("toggle", (event) => this.toggled(event.newState === "open"));
    menu.addEventListener("keydown", (event) => this.walk(event));
    menu.addEventListener("click", (event) => this.chosen(event));
    // The key that opened it asks for the browser's own menu when it comes up again.
    menu.addEventListener("contextmenu", (event) => event.preventDefault());
  }

  /** Opens at a point of the window, as a right click does. */
  openAt(x, y) {
    this.point = { left: x, right: x, top: y, bottom: y };
    this.isOpen = false;
    this.menu.showPopover();
    this.toggled(true); // what the browser says of it comes later than the next key may
  }

  toggled(open) {
    if (this.isOpen === open) return;
    this.isOpen = open;
    this.button?.setAttribute("aria-expanded", String(open));
    this.menu.style.opacity = open ? "" : 0;
    if (!open) return void (this.point = null);
    this.place(this.point ?? this.button.getBoundingClientRect());
    this.items()[0]?.focus();
  }

  place(anchor) {
    const { width, height } = this.menu.getBoundingClientRect();
    const rtl = getComputedStyle(this.menu).direction === "rtl";
    const left = this.point || rtl ? anchor.left : anchor.right - width;
    const below = anchor.bottom + gap;
    const top = below + height > innerHeight ? anchor.top - height - gap : below;
    this.menu.style.left = `${Math.min(Math.max(gap, left), innerWidth - width - gap)}px`;
    this.menu.style.top = `${Math.max(gap, top)}px`;
    this.menu.classList.add("menu-placed");
  }

  items() {
    return [...this.menu.querySelectorAll("a, button")].filter(isThere);
  }

  walk(event) {
    if (!(event.key in keys) || holdsMore(event)) return;
    event.preventDefault();
    const items = this.items();
    const next = items.indexOf(document.activeElement) + keys[event.key];
    const ends = { Home: items[0], End: items.at(-1) };
    (ends[event.key] ?? items[(next + items.length) % items.length]).focus();
  }

  chosen(event) {
    if (event.target.closest("a, button")) this.menu.hidePopover();
  }
}

/** Some entries are for narrow windows only. */
function isThere(item) {
  return !item.disabled && item.getClientRects().length > 0;
}
