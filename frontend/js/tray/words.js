import { t } from "../strings.js";

const units = ["KB", "MB", "GB", "TB"];

/** Bytes in decimal units, as everywhere in the product. */
export function sizeText(bytes) {
  if (bytes < 1000) return t("tray_bytes", { count: bytes });
  let [number, at] = [bytes / 1000, 0];
  while (number >= 999.95 && at < units.length - 1) [number, at] = [number / 1000, at + 1];
  const digits = { maximumFractionDigits: 1 };
  return `${number.toLocaleString(document.documentElement.lang, digits)} ${units[at]}`;
}

/** Seconds as 0:40, 12:05 or 1:02:03. */
export function clockText(seconds) {
  const whole = Math.ceil(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  const two = (number) => String(number).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

export function percentOf({ sent, size }) {
  return size ? Math.floor((sent / size) * 100) : 0;
}

/** "3.1 MB/s · 0:40 left", as far as it can be told. */
export function paceText(perSecond, left) {
  if (!perSecond || perSecond < 1) return "";
  const rate = t("tray_rate", { size: sizeText(perSecond) });
  return left > 0 ? `${rate} · ${t("tray_left", { time: clockText(left / perSecond) })}` : rate;
}

function waitingText(reason) {
  return reason === "busy" ? t("tray_busy") : t("tray_waiting");
}

function sendingText(upload) {
  if (upload.sent === upload.size) return t("tray_finishing");
  const pace = paceText(upload.rate.perSecond, upload.size - upload.sent);
  return [`${percentOf(upload)} %`, pace].filter(Boolean).join(" · ");
}

/** Why an upload stands still, in the server's sentence or in ours. */
export function errorText({ error }) {
  if (error?.title) return error.title;
  return t(error?.name === "Stopped" ? `tray_${error.code}` : "went_wrong");
}

/** Who has to log in so that it goes on: whoever began it, where somebody else did. */
function signedOutText({ error }) {
  const { email } = document.getElementById("tray").dataset;
  return t(error?.isOther ? "tray_somebody_else" : "tray_signed_out", { email });
}

/** It became a new version of a file that was there: not where that one went away meanwhile. */
const isVersion = ({ state, replaces, result }) => state === "done" && replaces !== null && replaces === result?.id;

/** The line under a file's name. */
export function stateText(upload) {
  if (upload.isRunning && upload.waiting) return waitingText(upload.waiting);
  if (upload.state === "sending") return sendingText(upload);
  if (upload.state === "paused") return t("tray_paused", { percent: percentOf(upload) });
  if (upload.state === "failed" || upload.state === "full") return errorText(upload);
  if (upload.state === "signed_out") return signedOutText(upload);
  return t(isVersion(upload) ? "tray_replaced" : `tray_${upload.state}`);
}
