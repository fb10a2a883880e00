// theme.js finds out what the machine calls its keys, before the first paint.

/** How a key is pressed together with Ctrl, or what a Mac has instead. */
export function withCtrl(key) {
  return document.documentElement.dataset.system === "mac" ? `⌘${key}` : `Ctrl+${key}`;
}
