import { api } from "../api.js";
import { toast } from "../toasts.js";

/** A link that is a download from the start does not leave the page, so that uploads go on. */
function follow(href) {
  const link = document.createElement("a");
  Object.assign(link, { href, download: "" });
  link.click();
}

/** The address of one thing: a file as it is, a folder as a zip. */
const pathOf = ({ id, kind }) => (kind === "folder" ? `/api/folders/${id}/zip` : `/api/files/${id}/download`);

/** Several things come as one zip, by an address that is made for them. */
export async function download(things) {
  if (things.length === 1) return follow(pathOf(things[0]));
  try {
    const { url } = await api("POST", "/api/zips", { ids: things.map(({ id }) => id) });
    return follow(new URL(url).pathname);
  } catch (refusal) {
    return toast(refusal.title ?? refusal.message, { kind: "danger" });
  }
}
