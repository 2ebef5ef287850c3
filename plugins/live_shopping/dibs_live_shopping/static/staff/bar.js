/** The head of the desk: who, where they come in, how long, how much, and what to do with the session. */
import { _, duration, html, money, useTick } from "./kit.js";
import { Link } from "./link.js";
import { statusClass, statusWords } from "./words.js";

const SOON_MS = 10 * 60000;
const OPEN = ["scheduled", "active", "paused"];
const clock = { ahead: 0 };

/** Learn the server's time: `madeAt` is when it made this page, which then was on its way for a moment. */
export function setClock(madeAt) {
  const came = performance.timeOrigin + (performance.getEntriesByType("navigation")[0]?.responseStart ?? 0);
  clock.ahead = Date.parse(madeAt) - came;
}
export const serverNow = () => Date.now() + clock.ahead;

/** Time left as words, and whether it is short. */
export function timeLeft(session) {
  if (!session.expires_at || !["active", "paused"].includes(session.status)) return [session.timeout_minutes || session.status !== "active" ? "–" : _("no limit"), false];
  const left = Date.parse(session.expires_at) - serverNow();
  return [left > 0 ? duration(left) : _("over"), left < SOON_MS || session.warned];
}

function TimeLeft({ desk }) {
  useTick(1000);
  const { session } = desk;
  const [words, soon] = timeLeft(session);
  return html`
    <div class=${`desk-figure${soon ? " figure-soon" : ""}`}><dt>${_("Time left")}</dt><dd class="tabular">${words}
      ${desk.selling && session.expires_at && html` <button type="button" class="small" onClick=${() => desk.run((calls) => calls.run("extend", {}), _("There is more time now."))}>${_("Extend")}</button>`}</dd></div>`;
}

const Room = ({ session, onAccess, desk }) => html`
  <div class="room">
    <span class="room-label">${_("Room")}</span><b class="room-code">${session.room_code}</b>
    <button type="button" class="small quiet" data-copy=${session.room_code} aria-label=${_("Copy the room code")}>${_("Copy")}</button>
    ${session.customer_id && desk.can.act && html`<button type="button" class="small" onClick=${onAccess}>${_("Send access")}</button>`}
  </div>`;

const presence = (session) => {
  if (session.kicked) return [_("sent out"), "off"];
  if (session.online) return [_("here now"), "on"];
  return session.joined_at ? [_("away now"), "wait"] : [_("not joined yet"), "wait"];
};

function Presence({ session }) {
  if (!OPEN.includes(session.status)) return null;
  const [words, tone] = presence(session);
  return html`<span class=${`presence link-${tone}`}><span class="link-dot"></span>${words}</span>`;
}

const Main = ({ desk, on }) => {
  const { session } = desk;
  const run = (verb, words) => desk.run((calls) => calls.run(verb, {}), words);
  if (session.order_id || !desk.can.act) return null; // the banner leads to the order
  return html`
    ${session.status === "scheduled" && html`<button type="button" class="primary" onClick=${() => run("start", _("The session is live."))}>${_("Start now")}</button>`}
    ${session.status === "active" && html`<button type="button" onClick=${() => run("pause")}>${_("Pause")}</button>`}
    ${session.status === "paused" && html`<button type="button" onClick=${() => run("resume")}>${_("Resume")}</button>`}
    ${desk.selling && html`<button type="button" class="primary" onClick=${on.convert}>${_("Make order")}</button>`}
    ${desk.over && html`<button type="button" onClick=${on.reopen}>${_("Open again")}</button>`}
    ${["ended", "expired"].includes(session.status) && html`<button type="button" class="primary" onClick=${on.convert}>${_("Make order late")}</button>`}`;
};

const More = ({ desk, on }) => {
  const { status, joined_at: joined, kicked } = desk.session;
  const open = desk.selling || status === "scheduled";
  if (!desk.can.act || !open) return null;
  const entry = (verb, words) => html`<button type="button" class="menu-entry" onClick=${(event) => { event.target.closest("details").open = false; on.ending(verb); }}>${words}</button>`;
  return html`
    <details class="menu desk-more" data-menu><summary class="button">${_("More")}</summary><div class="menu-list">
      ${desk.selling && entry("end", _("End session"))}
      ${desk.selling && joined && !kicked && entry("kick", _("Send the customer out"))}
      ${entry("cancel", _("Cancel session"))}</div></details>`;
};

export function Bar({ desk, on }) {
  const { session, phase } = desk;
  return html`
    <header class="desk-bar" data-phase=${phase}>
      <a class="brand" href="/live" aria-label=${_("dibs, all sessions")}><span class="brand-dot"></span><span class="brand-word">dibs</span></a>
      <div class="desk-who"><div class="desk-name"><h1><bdi>${session.name || _("Erased buyer")}</bdi></h1>
          <span class=${`show-status ${statusClass(session.status)}`}><span class="live-dot"></span>${statusWords(session.status)}</span><${Presence} session=${session} /></div>
        <p class="desk-title"><bdi>${session.title}</bdi>${session.host_name && html` · ${_("host {name}", { name: session.host_name })}`}</p></div>
      ${OPEN.includes(session.status) && html`<${Room} session=${session} desk=${desk} onAccess=${on.access} />`}
      <dl class="desk-figures">
        <div class="desk-figure"><dt>${_("To purchase")}</dt><dd class="tabular" id="desk-total">${money(session.total)}</dd></div>
        ${OPEN.includes(session.status) && html`<${TimeLeft} desk=${desk} />`}
      </dl>
      <div class="desk-acts"><${Link} phase=${phase} /><${Main} desk=${desk} on=${on} /><${More} desk=${desk} on=${on} />
        <button type="button" class="quiet icon-only theme-switch" data-theme-switch aria-label=${_("Light or dark")}></button></div>
    </header>`;
}
