import { Fault, SignedOut } from "./errors.js";
import { Gather } from "./gather.js";

/** One item of a batch answer that is not a success, in the shape of an error of api(). */
class Refused extends Error {
  constructor(item) {
    super(item.title ?? item.code);
    Object.assign(this, { name: "Refused", status: item.status, code: item.code, title: item.title, body: item });
  }
}

function settled(item) {
  if (item.status >= 400) throw new Refused(item);
  return item;
}

/**
 * The server's upload calls. api(method, path, body, {signal}) is how they travel; stall milliseconds without an answer
 * are a Fault; renew() says whose session it is by now, and user whose page.
 */
export class Contract {
  constructor({ api, renew, user, stall }) {
    Object.assign(this, { api, renew, user, stall });
    this.beginnings = new Gather((items) => this.#batch("/api/uploads/batch", { items }));
    this.endings = new Map();
  }

  begin(item) {
    return this.#call("POST", "/api/uploads", item);
  }

  /** One item that cannot be read at all spoils the whole call, so then each is asked for by itself. */
  async beginSmall(item) {
    const answer = await this.beginnings.ask(item).catch((error) => {
      if (error.status !== 400) throw error;
      return this.begin(item);
    });
    return settled(answer);
  }

  async sign(id, parts) {
    return (await this.#call("POST", `/api/uploads/${id}/sign`, { parts })).urls;
  }

  state(id) {
    return this.#call("GET", `/api/uploads/${id}`);
  }

  complete(id, conflict) {
    return this.#call("POST", `/api/uploads/${id}/complete`, conflict ? { conflict } : {});
  }

  async completeSmall(id, conflict) {
    if (!this.endings.has(conflict)) this.endings.set(conflict, new Gather((ids) => this.#finishAll(ids, conflict)));
    return settled(await this.endings.get(conflict).ask(id));
  }

  abandon(id) {
    return this.#call("DELETE", `/api/uploads/${id}`);
  }

  /** All my open uploads, from any browser. */
  async open() {
    const items = [];
    let after = "";
    do {
      const page = await this.#call("GET", `/api/uploads?limit=200${after && `&after=${encodeURIComponent(after)}`}`);
      items.push(...page.items);
      after = page.next;
    } while (after);
    return items;
  }

  /** Rejects unless it is this page's own person who is logged in: an upload nobody knows may be another person's. */
  async confirm() {
    const who = await this.renew();
    if (who !== this.user) throw new SignedOut(who);
  }

  async #batch(path, body) {
    return (await this.#call("POST", path, body)).results;
  }

  /** Each result names the change that all of them are. */
  async #finishAll(ids, conflict) {
    const body = conflict ? { ids, conflict } : { ids };
    const { results, change } = await this.#call("POST", "/api/uploads/complete", body);
    const byId = new Map(results.map((result) => [result.id, { ...result, change }]));
    return ids.map((id) => byId.get(id));
  }

  async #call(method, path, body) {
    const silence = new AbortController();
    const timer = setTimeout(() => silence.abort(), this.stall);
    try {
      return await this.api(method, path, body, { signal: silence.signal });
    } catch (error) {
      throw silence.signal.aborted ? new Fault("silent") : error;
    } finally {
      clearTimeout(timer);
    }
  }
}
