/** Nothing is wrong with the request: the way to the server is. reason is "network", "silent" or "busy". */
export class Fault extends Error {
  constructor(reason, { retryAfter = null, times = Infinity } = {}) {
    super(reason);
    Object.assign(this, { name: "Fault", reason, retryAfter, times });
  }
}

/** The answer to a PUT of bytes that was not a success. */
export class PutRefused extends Error {
  constructor(status, retryAfter = null) {
    super(`PUT answered ${status}`);
    Object.assign(this, { name: "PutRefused", status, retryAfter });
  }
}

/** Said by the engine itself; code is a key of the page's strings. */
export class Stopped extends Error {
  constructor(code) {
    super(code);
    Object.assign(this, { name: "Stopped", code });
  }
}

/** The person of this page is not logged in any more: nobody is, or somebody else (who, an id). */
export class SignedOut extends Error {
  constructor(who) {
    super("signed out");
    Object.assign(this, { name: "SignedOut", status: 401, isOther: who !== null });
  }
}

const passing = new Set([408, 425, 429, 502, 503, 504]);
const BUG_TRIES = 5;

/** The fault behind an error, or null where asking again would get the same answer. A 500 is asked a few times. */
export function faultOf(error) {
  if (error instanceof Fault) return error;
  if (error.status === 0) return new Fault("network");
  if (passing.has(error.status) || error.code === "busy") return new Fault("busy", { retryAfter: error.retryAfter });
  return error.status === 500 ? new Fault("busy", { times: BUG_TRIES }) : null;
}

export const isAbort = (error) => error?.name === "AbortError";
