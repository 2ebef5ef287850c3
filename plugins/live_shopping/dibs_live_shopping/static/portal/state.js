/** How the session stands, in words: the clock, what it waits for, how it ended. */
import { _, duration, html, language, useTick } from "./kit.js";

const clock = { ahead: 0 };
const SOON_MS = 10 * 60000;

/** Learn the server's time: `madeAt` is when it made this page. */
export function setClock(madeAt) {
  const came = performance.timeOrigin + (performance.getEntriesByType("navigation")[0]?.responseStart ?? 0);
  clock.ahead = Date.parse(madeAt) - came;
}

const left = (session) => Date.parse(session.expires_at) - Date.now() - clock.ahead;

export function Clock({ session }) {
  useTick(1000);
  if (!session.expires_at || !["active", "paused"].includes(session.status)) return null;
  const ms = left(session);
  const soon = session.warned || ms < SOON_MS;
  return html`<p class=${`portal-clock${soon ? " portal-soon" : ""}`} role="timer">${ms > 0 ? _("{time} left", { time: duration(ms) }) : _("The time is over")}</p>`;
}

const LINK = {
  loading: [_("Connecting…"), "wait"], live: [_("Live"), "on"], lost: [_("Connection lost"), "off"],
  polling: [_("Every 3 seconds"), "wait"], signed_out: [_("Signed out"), "off"], missing: [_("Not available"), "off"],
  sent_out: [_("Ended"), "off"],
};

export function Link({ phase }) {
  const [words, tone] = LINK[phase] ?? LINK.lost;
  return html`<p class=${`portal-link portal-link-${tone}`} role="status" id="connection"><span class="portal-dot"></span>${words}</p>`;
}

const when = (instant, zone) => new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short", timeZone: zone }).format(new Date(instant));

function wordsOf(session, zone) {
  const planned = session.scheduled_at ? _("It begins {when}. Leave this page open: it comes alive by itself.", { when: when(session.scheduled_at, zone) })
    : _("Your host opens it soon. Leave this page open: it comes alive by itself.");
  return {
    scheduled: [_("Not open yet"), planned, "wait"],
    paused: [_("A short break"), _("Your cart is kept. You can change it again when your host goes on."), "wait"],
    ended: [_("This session has ended"), _("What was in your cart is no longer kept for you. Ask your host if you still want it."), "over"],
    cancelled: [_("This session was cancelled"), _("Nothing was ordered."), "over"],
    expired: [_("This session has run out of time"), _("What was in your cart is no longer kept for you. Ask your host to open it again."), "over"],
    converted: [session.order_number ? _("Ordered: number {number}", { number: session.order_number }) : _("Ordered"), _("Thank you! Your host has made your order."), "good"],
  }[session.status];
}

/** A banner for everything but an open session. */
export function State({ session, zone }) {
  const words = wordsOf(session, zone);
  if (!words) return null;
  const [title, more, tone] = words;
  return html`<section class=${`portal-state portal-state-${tone}`} role="status"><h2>${title}</h2><p>${more}</p></section>`;
}

const AWAY = {
  lost: () => _("The connection is lost. The page comes back by itself."),
  polling: () => _("Live updates do not get through. The page asks for news every 3 seconds instead."),
};

/** Why the page is not live, if it will be again. */
export const Away = ({ phase }) => (AWAY[phase] ? html`<p class="portal-away" role="alert">${AWAY[phase]()}</p>` : null);

/** Instead of the cart: why there is nothing more to see here. */
export function Gone({ visit }) {
  const [title, more] = {
    sent_out: [_("Your host has ended your visit"), _("You can’t come back into this session. If you think that this is a mistake, write to the seller.")],
    signed_out: [_("You are signed out"), _("Ask the seller for a new link or code.")],
    missing: [_("This session is not there for you"), _("Look at your sessions, or ask your host.")],
  }[visit.phase];
  const back = visit.phase === "signed_out" ? `/portal/sign-in?next=${encodeURIComponent(location.pathname)}` : "/portal";
  return html`<section class="portal-over" role="alert"><h1 class="page-title">${title}</h1>
    ${visit.reason && html`<p><bdi>${visit.reason}</bdi></p>`}<p class="lead">${more}</p>
    <p><a class="button primary" href=${back}>${visit.phase === "signed_out" ? _("Come in again") : _("To your sessions")}</a></p></section>`;
}
