// Native <dialog>: the browser keeps focus inside, closes on Escape and gives focus back.
function opener(event) {
  const button = event.target.closest("[data-opens]");
  if (button) document.getElementById(button.dataset.opens)?.showModal();
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
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue), { once: true });
  });
}
