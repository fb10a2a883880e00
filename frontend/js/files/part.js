import { fetchHtml } from "../api.js";
import { sentenceOf } from "../pages.js";
import { ApiError } from "../refusals.js";
import { learn, t } from "../strings.js";

/**
 * The part of one of our pages that matches selector, for showing it elsewhere; with a body its form is sent first.
 * Throws ApiError with the sentence that the page says instead, or that somebody else is logged in.
 */
export async function part(url, selector, { body, signal } = {}) {
  const response = await fetchHtml(url, { body, signal });
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const found = page.querySelector(selector);
  if (found) {
    learn(page);
    return document.adoptNode(found);
  }
  const title = sentenceOf(page, response) || t("went_wrong");
  throw new ApiError({ status: response.status, body: { title } });
}
