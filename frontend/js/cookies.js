const year = 365 * 24 * 60 * 60;

/** Preferences only, in characters a cookie may hold as they are: nothing secret is ever set from a script. */
export function setCookie(name, value) {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `${name}=${value}; Path=/; Max-Age=${year}; SameSite=Lax${secure}`;
}
