import { ApiError } from "../api.js";
import { learn, t } from "../strings.js";

async function ask(url, { body, signal }) {
  try {
    return await fetch(url, { method: body ? "POST" : "GET", body, headers: { Accept: "text/html" }, signal });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new ApiError({ status: 0, body: { title: t("no_connection") } });
  }
}

/**
 * The part of one of our pages that matches selector, for showing it elsewhere; with a body its form is sent first.
 * Throws ApiError with the sentence that the page says instead.
 */
export async function part(url, selector, { body, signal } = {}) {
  const response = await ask(url, { body, signal });
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const found = page.querySelector(selector);
  if (found) {
    learn(page);
    return document.adoptNode(found);
  }
  if (new URL(response.url).pathname === "/login") throw new ApiError({ status: 401, body: { title: t("signed_out") } });
  const title = page.querySelector("main h1 + p")?.textContent;
  throw new ApiError({ status: response.status, body: { title: title || t("went_wrong") } });
}
