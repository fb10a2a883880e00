import { api } from "./api.js";
import { Uploader } from "./uploader/uploader.js";

let only;

/**
 * A fresh token against forged requests: the one of this page dies when somebody logs in again. Resolves with the id of
 * whoever is logged in now, null for nobody.
 */
async function renew() {
  const response = await fetch(location.href, { headers: { Accept: "text/html" } });
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const fresh = page.querySelector('meta[name="csrf-token"]');
  if (fresh) document.querySelector('meta[name="csrf-token"]').content = fresh.content;
  return page.getElementById("tray")?.dataset.user ?? null;
}

/** The page's one uploader. The tray's markup says whose uploads these are and how long a silence may last. */
export function uploader() {
  const { user, stall } = document.getElementById("tray").dataset;
  only ??= new Uploader({ api, renew, user, stall: Number(stall) });
  return only;
}
