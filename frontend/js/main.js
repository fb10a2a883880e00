import { bind } from "./bind.js";
import { openFromButtons } from "./dialogs.js";
import { rememberZone } from "./zone.js";

rememberZone();
openFromButtons();
bind().then(() => document.dispatchEvent(new Event("drive:bound")));
