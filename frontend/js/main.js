import { bind } from "./bind.js";
import { openFromButtons } from "./dialogs.js";
import { rememberZone } from "./zone.js";

rememberZone();
openFromButtons();
bind().then(() => {
  performance.mark("drive:bound");
  document.dispatchEvent(new Event("drive:bound"));
});
