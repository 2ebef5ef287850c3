/** Lists of sessions: all of them, those of a customer, the carts of a show. Asked for again every few seconds while in sight. */
import { _, Fault, html, money, ngettext, render, toast, useEffect, useRef, useState } from "./kit.js";
import { setClock, timeLeft } from "./bar.js";
import { query, sessions } from "./calls.js";
import { NewSession } from "./new_session.js";
import { dayOf, statusClass, statusWords } from "./words.js";

const EVERY_MS = 4000;
const TABS = [["now", _("Now")], ["scheduled", _("Scheduled")], ["ended", _("Over")]];
const STATUSES = { now: "active,paused", scheduled: "scheduled", ended: "ended,converted,cancelled,expired", all: "" };

function When({ one }) {
  const [left, soon] = timeLeft(one);
  if (!one.expires_at && ["active", "paused"].includes(one.status)) return html`<span>${_("no time limit")}</span>`;
  if (["active", "paused"].includes(one.status)) return html`<span class=${soon ? "figure-soon" : ""}>${_("{time} left", { time: left })}</span>`;
  if (one.status === "scheduled") return one.scheduled_at ? html`<span>${_("planned for")} ${dayOf(one.scheduled_at)}</span>` : html`<span>${_("not started")}</span>`;
  return html`<span>${dayOf(one.ended_at ?? one.started_at ?? one.created_at)}</span>`;
}

const Waits = ({ one }) => html`
  <span class="row-waits">
    ${one.checkout_requested_at && html`<span class="badge badge-warn">${_("Ready to buy")}</span>`}
    ${one.pending > 0 && html`<span class="badge badge-look">${ngettext("{n} proposal", "{n} proposals", one.pending)}</span>`}
    ${one.online && html`<span class="presence link-on"><span class="link-dot"></span>${_("here now")}</span>`}</span>`;

const Row = ({ one }) => html`
  <li class="session-row"><a href=${`/live/${one.session_id}`}>
    <span class=${`show-status ${statusClass(one.status)}`}><span class="live-dot"></span>${statusWords(one.status)}</span>
    <span class="session-what"><bdi class="session-name">${one.name || _("Erased buyer")}</bdi><small><bdi>${one.title}</bdi>${one.host_name && html` · ${one.host_name}`}</small></span>
    <${Waits} one=${one} />
    <span class="session-lines tabular">${ngettext("{n} line", "{n} lines", one.line_count)}</span>
    <b class="session-total tabular">${money(one.total)}</b>
    <span class="session-when tabular"><${When} one=${one} /></span></a></li>`;

/** The rows for a filter, kept fresh. */
function useSessions(filter, again) {
  const key = JSON.stringify([filter, again]);
  const [found, setFound] = useState({ key: null, rows: [], next: null });
  const more = useRef(0);
  const load = async (alive) => {
    try {
      const answer = await sessions.list({ ...filter, limit: 50 + more.current });
      if (alive()) setFound({ key, rows: answer.sessions, next: answer.next, fault: null });
    } catch (fault) {
      if (alive()) setFound((now) => ({ ...now, key, fault }));
    }
  };
  useEffect(() => {
    let current = true;
    more.current = 0;
    const look = () => document.hidden || load(() => current);
    look();
    const timer = setInterval(look, EVERY_MS);
    document.addEventListener("visibilitychange", look);
    return () => { current = false; clearInterval(timer); document.removeEventListener("visibilitychange", look); };
  }, [key]);
  return { ...found, loading: found.key !== key, showMore: () => { more.current += 50; load(() => true); } };
}

const EMPTY = {
  now: [_("No session is live"), _("Open one for a customer: you fill a cart together, and it becomes an order in one step.")],
  scheduled: [_("Nothing is planned"), _("A session that is planned for later waits here until somebody starts it.")],
  ended: [_("Nothing is over yet"), _("Ended sessions stay here, with what was in their carts.")],
  all: [_("No session yet"), _("Open one: you fill a cart together, and it becomes an order in one step.")],
  show: [_("No cart yet"), _("Winners get a cart each: with what they won, at the price of the show. What is claimed, released or promoted later follows by itself.")],
};

function Empty({ which, searching, children }) {
  if (searching) return html`<div class="empty-state"><h2>${_("Nothing matches")}</h2><p>${_("Look for a part of the name or the title.")}</p></div>`;
  return html`<div class="empty-state"><h2>${EMPTY[which][0]}</h2><p>${EMPTY[which][1]}</p><div class="empty-acts">${children}</div></div>`;
}

function Carts({ showId, onDone }) {
  const [busy, setBusy] = useState(false);
  const open = async () => {
    setBusy(true);
    try {
      const { sessions: n } = await sessions.carts(showId);
      toast(n ? ngettext("Opened {n} cart. It follows the show from now on.", "Opened {n} carts. They follow the show from now on.", n) : _("Every winner has a cart already; they follow the show."));
      onDone();
    } catch (error) {
      toast(error.message, { bad: true });
    }
    setBusy(false);
  };
  return html`<button type="button" class="primary" disabled=${busy} onClick=${open}>${_("Open carts of all winners")}</button>`;
}

function keptTab() {
  const wanted = new URLSearchParams(location.search).get("which");
  return wanted in STATUSES ? wanted : "now";
}

function App({ show, customer, can }) {
  const scoped = Boolean(show || customer);
  const [tab, setTab] = useState(scoped ? "all" : keptTab());
  const [words, setWords] = useState("");
  const [adding, setAdding] = useState(new URLSearchParams(location.search).has("new"));
  const [again, setAgain] = useState(0);
  const filter = { status: STATUSES[tab], q: words.trim(), show_id: show, customer_id: customer?.id };
  const { rows, next, fault, loading, showMore } = useSessions(filter, again);
  const pick = (key) => { setTab(key); history.replaceState(null, "", `${location.pathname}${query({ which: key === "now" ? "" : key })}`); };
  const act = show ? can.act && html`<${Carts} showId=${show} onDone=${() => setAgain((now) => now + 1)} />`
    : can.act && html`<button type="button" class="primary" onClick=${() => setAdding(true)}>${_("New session")}</button>`;
  return html`
    <div class="list-tools">${!scoped && html`<nav class="tabs-bar" aria-label=${_("Which sessions")}>${TABS.map(([key, label]) => html`
        <button key=${key} type="button" aria-current=${key === tab ? "true" : undefined} onClick=${() => pick(key)}>${label}</button>`)}</nav>`}
      <div class="session-tools">${!customer && html`<input type="search" class="session-search" aria-label=${_("Find by name or title")} placeholder=${_("Name or title")} value=${words} onInput=${(event) => setWords(event.target.value)} />`}${act}</div></div>
    <${Fault} error=${fault} />
    ${loading ? html`<p class="hint" role="status">${_("Loading…")}</p>` : rows.length ? html`<ul class="session-list">${rows.map((one) => html`<${Row} key=${one.session_id} one=${one} />`)}</ul>
      ${next && html`<div class="pager"><button type="button" onClick=${showMore}>${_("Show more")}</button></div>`}`
      : !fault && html`<${Empty} which=${show ? "show" : tab} searching=${words.trim()}>${show ? null : act}<//>`}
    ${adding && html`<${NewSession} customer=${customer} onClose=${() => setAdding(false)} />`}`;
}

const root = document.getElementById("sessions");
const { showId, customerId, customerName, can, now } = root.dataset;
setClock(now);
root.replaceChildren();
render(html`<${App} show=${showId} customer=${customerId ? { id: customerId, name: customerName } : null} can=${{ act: can.split(" ").includes("act") }} />`, root);
