/** The words for what the API says in codes. */
import { _, formatNumber, language } from "./kit.js";

const STATUS = {
  scheduled: _("Scheduled"), active: _("Live"), paused: _("Paused"), ended: _("Ended"), converted: _("Ordered"),
  cancelled: _("Cancelled"), expired: _("Expired"),
};
/** The status of a session. */
export const statusWords = (status) => STATUS[status] ?? status;

/** The colour and shape of a status, as those of shows. */
export const statusClass = (status) => ({ active: "show-active", paused: "show-paused", scheduled: "show-draft" }[status] ?? "show-ended");

/** The three groups of a cart, in their order. */
export const INTENTS = [
  ["to_purchase", _("To purchase"), _("These lines are ordered and count against the credit.")],
  ["interested", _("Interested"), _("Kept for the customer while the session runs, not ordered.")],
  ["sample_request", _("Samples"), _("Not charged. They come first on the pick list.")],
];

const SOURCES = {
  override: _("Price of this session"), customer_margin: _("Margin of the customer"), category_margin: _("Margin of the category"),
  default_margin: _("Usual margin"), cost: _("Bare cost"), item: _("Price in the show"), agreed: _("Agreed"), manual: _("By hand"),
  refined: _("Adjusted by a plugin"),
};
/** Where a price comes from. */
export const sourceWords = (source) => SOURCES[source] ?? source ?? "";

const WARNINGS = { below_cost: _("Below cost"), no_price_rule: _("No price rule"), fell_far: _("Fell far") };
/** What a host should know about a price; "" for what stands in the way of one, which the line says in full. */
export const warningWords = (warning) => WARNINGS[warning] ?? "";

const CREDIT = { fine: _("Credit is fine"), approaching: _("Close to the limit"), exceeded: _("Over the limit"), unlimited: _("No limit") };
/** How the customer's credit stands. */
export const creditWords = (state) => CREDIT[state] ?? state;

let days;
/** Day and time of an instant, in the workspace's time zone. */
export function dayOf(instant) {
  const zone = document.querySelector("[data-time-zone]")?.dataset.timeZone;
  days ??= new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short", timeZone: zone });
  return days.format(new Date(instant));
}

/** A quantity with its unit. */
export const quantity = (value, unit) => [formatNumber(Number(value)), unit].filter(Boolean).join(" ");

const LINK = {
  loading: [_("Connecting…"), "wait"], live: [_("Live updates"), "on"], lost: [_("Connection lost"), "off"],
  polling: [_("Every 3 seconds"), "wait"], signed_out: [_("Signed out"), "off"], missing: [_("Not available"), "off"],
};
/** How the page stands towards the server: words and tone. */
export const linkWords = (phase) => LINK[phase] ?? [phase, "off"];
