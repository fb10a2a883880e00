// Native <dialog>: the browser keeps focus inside, closes on Escape and gives focus back.
import { prepare } from "./live.js";

/**
 * Opens a dialog over everything. The focus goes to its title, so that what it is about is read first and no key that
 * was meant for the page presses a button; a dialog whose title takes no focus begins with its first control.
 */
export function open(dialog) {
  dialog.showModal();
  prepare(dialog);
  dialog.querySelector(".dialog-title")?.focus();
}

function opener(event) {
  const button = event.target.closest("[data-opens]");
  const dialog = button && document.getElementById(button.dataset.opens);
  if (!dialog) return;
  event.preventDefault();
  open(dialog);
}

function closer(event) {
  if (event.target.closest("[data-closes]")) event.target.closest("dialog")?.close();
  if (event.target.matches("dialog[open][data-light]")) event.target.close();
}

/** Buttons with data-opens="dialog-id" open it; data-closes inside a dialog, or its backdrop, closes it. */
export function openFromButtons() {
  document.addEventListener("click", opener);
  document.addEventListener("click", closer);
}

/** Resolves with the dialog's returnValue ("" when dismissed). */
export function ask(dialog) {
  dialog.returnValue = "";
  open(dialog);
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue), { once: true });
  });
}
