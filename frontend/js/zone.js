// The server formats times; it learns the browser's zone from this cookie.
import { setCookie } from "./cookies.js";

export function rememberZone() {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (zone) setCookie("tz", zone);
}
