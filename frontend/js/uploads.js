import { api } from "./api.js";
import { renew } from "./token.js";
import { Uploader } from "./uploader/uploader.js";

let only;

/** The page's one uploader. The tray's markup says whose uploads these are and how long a silence may last. */
export function uploader() {
  const { user, stall } = document.getElementById("tray").dataset;
  only ??= new Uploader({ api, renew, user, stall: Number(stall) });
  return only;
}
