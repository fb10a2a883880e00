import { Fault, PutRefused } from "./errors.js";

/** Read from the whole list: asking for a header that another origin keeps back would be a console error. */
function retryAfterOf(xhr) {
  const found = /^retry-after:\s*(\d+)/im.exec(xhr.getAllResponseHeaders());
  return found ? Number(found[1]) : null;
}

/**
 * The drive's own door signs for the address in its settings; it is reached by whatever name this page was reached by
 * (localhost, an address of the home network). Presigned addresses of a bucket carry a query and are left alone.
 */
function reachable(url) {
  const { pathname, search } = new URL(url, location.href);
  return pathname.startsWith("/objects/") && !search ? pathname : url;
}

/** Calls back when nothing has moved for so many milliseconds. */
class Watch {
  constructor(milliseconds, silent) {
    Object.assign(this, { milliseconds, silent });
    this.moved();
  }

  moved() {
    clearTimeout(this.timer);
    this.timer = setTimeout(this.silent, this.milliseconds);
  }

  end() {
    clearTimeout(this.timer);
  }
}

/**
 * Sends one part to its signed address. progress(bytes) tells how much of it has left; stall is how many
 * milliseconds of silence are a Fault. Rejects with Fault, PutRefused, or the reason of the signal.
 */
export function put({ url, headers = {} }, blob, { signal, stall, progress }) {
  const xhr = new XMLHttpRequest();
  return new Promise((resolve, reject) => {
    const watch = new Watch(stall, () => (reject(new Fault("silent")), xhr.abort()));
    const abort = () => (reject(signal.reason), xhr.abort());
    const settle = () => {
      if (xhr.status >= 200 && xhr.status < 300) resolve();
      else reject(xhr.status ? new PutRefused(xhr.status, retryAfterOf(xhr)) : new Fault("network"));
    };
    xhr.upload.addEventListener("progress", (event) => (watch.moved(), progress(event.loaded)));
    xhr.addEventListener("load", settle);
    xhr.addEventListener("error", settle);
    xhr.addEventListener("loadend", () => (watch.end(), signal.removeEventListener("abort", abort)));
    xhr.open("PUT", reachable(url));
    for (const [name, value] of Object.entries(headers)) xhr.setRequestHeader(name, value);
    signal.addEventListener("abort", abort, { once: true });
    xhr.send(blob);
  });
}
