/** Times and numbers for people, in the language of the page. */
import { _, formatNumber, language } from "../lib/i18n.js";

const { currency, timeZone } = document.querySelector("[data-currency]")?.dataset ?? {};
const coins = new Intl.NumberFormat(language, { style: "currency", currency: currency ?? "USD" });
const clock = clockIn(timeZone);
const KEPT_TIMES = 2000;
const times = new Map();

/** A clock in a time zone; in the browser's own if it does not know that one. */
function clockIn(zone) {
  try {
    return new Intl.DateTimeFormat(language, { timeStyle: "medium", timeZone: zone });
  } catch {
    return new Intl.DateTimeFormat(language, { timeStyle: "medium" });
  }
}

const two = (value) => String(value).padStart(2, "0");

/**
 * Time of day of an RFC 3339 instant in the workspace's time zone, "–" if there is none. Written once for each second:
 * it is asked for with every row.
 */
export function timeOf(instant) {
  if (!instant) return "–";
  const second = Math.floor(new Date(instant) / 1000);
  if (!times.has(second)) {
    if (times.size >= KEPT_TIMES) times.clear();
    times.set(second, clock.format(second * 1000));
  }
  return times.get(second);
}

/** An amount in the workspace's currency. */
export const money = (amount) => coins.format(Number(amount));

/** A whole number with separators, "–" if it is not known. */
export const count = (value) => (value == null ? "–" : formatNumber(value));

/** Milliseconds as `0:42` or `1:02:03`. */
export function duration(ms) {
  const total = Math.max(0, Math.floor(ms / 1000));
  const [hours, minutes, seconds] = [Math.floor(total / 3600), Math.floor(total / 60) % 60, total % 60];
  return hours ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
}

/** "8 s", "3 min", "2 h": how long something lasts already. */
export function since(ms) {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 90) return _("{n} s", { n: seconds });
  return seconds < 5400 ? _("{n} min", { n: Math.round(seconds / 60) }) : _("{n} h", { n: Math.round(seconds / 3600) });
}

/** Number and variant of an item as one label. */
export const itemLabel = (thing) =>
  [thing.item_number || _("no code"), thing.variant].filter(Boolean).join(" · ");

/** The buyer's handle, or that the author is hidden. */
export const nameOf = (claim) => claim.handle || _("Hidden author");

/** What the author of a comment is called; nothing of somebody who was erased. */
export function authorOf(comment) {
  const id = comment.author?.id;
  return comment.author?.name || (id?.startsWith("erased:") ? undefined : id);
}
