import { api } from "./api.js";
import { Uploader } from "./uploader/uploader.js";

let only;

/**
 * A fresh token against forged requests: the one of this page dies when its user logs in again. Resolves with the id of
 * whoever is logged in now, null for nobody; the token of somebody else is not for this page.
 */
async function renew() {
  const response = await fetch(location.href, { headers: { Accept: "text/html" } });
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const fresh = page.querySelector('meta[name="csrf-token"]');
  const who = page.getElementById("tray")?.dataset.user ?? null;
  if (who === document.getElementById("tray").dataset.user) {
    document.querySelector('meta[name="csrf-token"]').content = fresh.content;
  }
  return who;
}

/** The page's one uploader. The tray's markup says whose uploads these are and how long a silence may last. */
export function uploader() {
  const { user, stall } = document.getElementById("tray").dataset;
  only ??= new Uploader({ api, renew, user, stall: Number(stall) });
  return only;
}
