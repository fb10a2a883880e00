import { announce } from "../live.js";
import { t, tn } from "../strings.js";
import { errorText, percentOf } from "./words.js";

/**
 * What is said to somebody who cannot see the tray: the start, each quarter, the end, and at once what went wrong.
 * One run lasts from the first file until nothing is under way any more.
 */
export class Voice {
  constructor() {
    this.reset();
  }

  reset() {
    Object.assign(this, { run: new Set(), quarter: 0, failed: new Set(), waited: false });
  }

  began(uploads) {
    for (const upload of uploads) this.run.add(upload);
    if (uploads.length === 1) announce(t("tray_say_start", { name: uploads[0].name }));
    else announce(tn("tray_say_start", uploads.length));
  }

  /** Called now and then, not at every tick. */
  look() {
    if (!this.run.size) return;
    const uploads = [...this.run];
    this.#failures(uploads);
    this.#waiting(uploads);
    if (uploads.some((upload) => upload.isUnfinished)) this.#quarters(uploads);
    else this.#end(uploads);
  }

  #failures(uploads) {
    for (const upload of uploads) {
      const bad = upload.state === "failed" || upload.state === "full";
      if (bad && !this.failed.has(upload)) {
        announce(t("tray_say_failed", { name: upload.name, reason: errorText(upload) }), { urgent: true });
        this.failed.add(upload);
      }
      if (!bad) this.failed.delete(upload);
    }
  }

  #waiting(uploads) {
    const waits = uploads.some((upload) => upload.isRunning && upload.waiting);
    if (waits && !this.waited) announce(t("tray_waiting"));
    this.waited = waits;
  }

  #quarters(uploads) {
    const done = uploads.filter((upload) => upload.isOver).length;
    const one = uploads.length === 1;
    const quarter = Math.floor(one ? percentOf(uploads[0]) / 25 : (done / uploads.length) * 4);
    if (quarter <= this.quarter || quarter > 3) return;
    this.quarter = quarter;
    if (one) announce(t("tray_say_percent", { name: uploads[0].name, percent: quarter * 25 }));
    else announce(t("tray_say_done_of", { done, count: uploads.length }));
  }

  #end(uploads) {
    const done = uploads.filter((upload) => upload.state === "done").length;
    if (done === 1 && uploads.length === 1) announce(t("tray_say_done", { name: uploads[0].name }));
    else if (done) announce(tn("tray_say_done", done));
    this.reset();
  }
}
