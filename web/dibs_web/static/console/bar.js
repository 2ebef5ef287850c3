/** The status bar: what runs, how long, how much, and whether this page is live. */
import { _, ngettext } from "../lib/i18n.js";
import { html } from "./html.js";
import { count, duration, since, timeOf } from "./format.js";
import { buyersWon, minutesBack, rate, serverNow, units } from "./figures.js";
import { useTick } from "./live.js";
import { Practice } from "./practice.js";
import { StreamLine } from "./streams.js";
import { Icon } from "./views.js";
import { showStatusWords } from "./words.js";

const SILENT_MS = 5000;
const LINK = {
  loading: [_("Connecting…"), "wait"],
  live: [_("Live updates"), "on"],
  catching: [_("Catching up…"), "wait"],
  lost: [_("Connection lost"), "off"],
  polling: [_("Every 3 seconds"), "wait"],
  signed_out: [_("Signed out"), "off"],
  missing: [_("Not available"), "off"],
};

function running(show, now) {
  if (!show?.activated_at) return "–";
  const end = show.ended_at ? Date.parse(show.ended_at) : now;
  return duration(end - Date.parse(show.activated_at));
}

/** Comments of the last half hour as one small line. */
function Sparkline({ values }) {
  const top = Math.max(4, ...values);
  const points = values.map((value, index) =>
    `${((index / (values.length - 1)) * 96).toFixed(1)},${(22 - (value / top) * 20).toFixed(1)}`);
  return html`<svg class="spark" viewBox="0 0 96 24" width="96" height="24" aria-hidden="true" focusable="false">
    <polygon points=${`0,24 ${points.join(" ")} 96,24`} /><polyline points=${points.join(" ")} /></svg>`;
}

const Figure = ({ name, short, children, extra, id }) => html`
  <div class="figure" id=${id}><dt><span class="wide">${name}</span><span class="narrow" aria-hidden="true">${short}</span></dt>
    <dd>${children}${extra}</dd></div>`;

function Figures({ state, now }) {
  const { won, total } = units(state);
  const known = state.show != null;
  const share = total ? won / total : 0;
  return html`
    <dl class="figures">
      <${Figure} name=${_("Running")} short=${_("Running")} id="figure-clock"><span class="tabular">${running(state.show, now)}</span><//>
      <${Figure} name=${_("Units claimed")} short=${_("Units")} id="figure-units"
        extra=${html`<span class="bar-track" aria-hidden="true"><span style=${{ transform: `scaleX(${share})` }}></span></span>`}>
        <b>${known ? count(won) : "–"}</b><small> / ${known ? count(total) : "–"}</small><//>
      <${Figure} name=${_("Winning buyers")} short=${_("Buyers")} id="figure-buyers">${known ? count(buyersWon(state)) : "–"}<//>
      <${Figure} name=${_("Comments per minute")} short=${_("Per min")} id="figure-rate"
        extra=${html`<${Sparkline} values=${minutesBack(state, now)} />`}>
        ${known ? count(rate(state, now)) : "–"}<//>
    </dl>`;
}

const BUTTONS = {
  draft: [["activate", _("Start show"), "primary"]],
  active: [["pause", _("Pause"), ""], ["stop", _("Stop"), "danger-quiet"]],
  paused: [["resume", _("Resume"), "primary"], ["stop", _("Stop"), "danger-quiet"]],
  ended: [],
};

/** How old the last thing is that this page has heard, once that is worth a word. */
function heard(store, phase) {
  const age = Date.now() - store.eventAt;
  if (!store.eventAt || age < SILENT_MS || phase === "loading") return "";
  return _("last news {age} ago", { age: since(age) });
}

const Tabs = ({ showId, more, guide }) => html`
  <nav class="bar-tabs" aria-label=${_("This show")}>
    ${[["setup", _("Set-up")], ["console", _("Console")], ["summary", _("Summary")], ["host", _("Host view")]].map(([key, words]) => html`
      <a key=${key} href=${`/shows/${showId}/${key}`} aria-current=${key === "console" ? "page" : undefined}>${words}</a>`)}
    ${more.map(([path, words]) => html`<a key=${path} href=${path}>${words}</a>`)}
    ${guide && html`<a href="/start">${_("Practice guide")}</a>`}</nav>`;

export function StatusBar({ store, title, tabs, can, onRun, onHelp, onAlerts }) {
  useTick();
  const { state, phase, api } = store;
  const now = serverNow(state);
  const status = state.show?.status;
  const [words, tone] = LINK[phase];
  return html`
    <header class="bar" data-phase=${phase}>
      <div class="bar-show">
        <a class="brand" href="/shows" aria-label=${_("dibs, all shows")}><span class="brand-dot"></span><span class="brand-name">dibs</span></a>
        <div class="bar-title"><div class="bar-name"><h1><bdi>${state.show?.title ?? title}</bdi></h1>
          ${status && html`<span class=${`show-status show-${status}`}><span class="live-dot"></span>${showStatusWords(status)}</span>`}
          <${Practice} store=${store} can=${can} /></div>
          <${Tabs} showId=${api.showId} more=${tabs} guide=${can.write && state.show?.practice} /></div>
      </div>
      <${Figures} state=${state} now=${now} />
      <div class="bar-acts">
        <div class="bar-link"><p class=${`link link-${tone}`} role="status" id="connection"><span class="link-dot"></span>${words}</p>
          <p class="heard">${heard(store, phase)}</p></div>
        ${can.run && (BUTTONS[status] ?? []).map(([verb, label, look]) => html`
          <button key=${verb} type="button" class=${look} onClick=${() => onRun(verb)}>${label}</button>`)}
        ${status === "ended" && html`<a class="button primary" href=${`/shows/${api.showId}/summary`}>${_("Who gets what")}</a>`}
        <button type="button" class="quiet icon-only" aria-label=${_("Sound and vibration")} onClick=${onAlerts}><${Icon} name="bell" /></button>
        <button type="button" class="quiet icon-only theme-switch" data-theme-switch aria-label=${_("Light or dark")}></button>
        <button type="button" class="quiet icon-only help-button" aria-label=${_("Keyboard shortcuts")} onClick=${onHelp}>?</button>
      </div>
      <${StreamLine} state=${state} showId=${api.showId} now=${now} />
    </header>`;
}

const AWAY = {
  lost: (at) => _("Connection lost since {at}. What you see is from then; claims are still being decided on the server. Trying again…", { at }),
  polling: (at) => _("Live updates do not get through since {at}. The page asks for news every 3 seconds instead.", { at }),
  signed_out: () => _("You are signed out. What you see is not updated any more."),
  missing: () => _("This show is not available to you any more."),
};

/** Under the bar: when the page is not live, since when, and what to do. */
export const Away = ({ phase, since: at, next, onRetry }) => (AWAY[phase] ? html`
  <div class=${`away away-${phase}`}><p>${AWAY[phase](timeOf(at))}</p>
    ${phase === "lost" && html`<button type="button" class="small" onClick=${onRetry}>${_("Try now")}</button>`}
    ${phase === "signed_out" && html`<a class="button small" href=${`/sign-in?next=${encodeURIComponent(next)}`}>${_("Sign in")}</a>`}
  </div>` : null);

/** What somebody should know who starts a show that hears nothing. */
const unheard = (state) => (state.streams.length || state.show?.practice ? []
  : [_("This show listens to no stream: no comment comes in by itself. A stream can be added while it runs, too.")]);

/** What to ask before a show is started, paused, resumed or stopped, with what that means right now. */
export function question(verb, state, looks) {
  const waiting = [...state.items.values()].reduce((sum, item) => sum + item.waitlist_count, 0);
  const left = [];
  if (waiting) left.push(ngettext("{n} claim still waits: nobody is promoted any more by itself, you can still award.",
    "{n} claims still wait: nobody is promoted any more by itself, you can still award.", waiting));
  if (looks) left.push(ngettext("{n} decision is still open in the review lane: it stays there, and accepting still works while units are left.",
    "{n} decisions are still open in the review lane: they stay there, and accepting still works while units are left.", looks));
  return {
    activate: { title: _("Start the show?"), yes: _("Start show"), notes: unheard(state), text: _("From now on comments claim items, the first valid claim wins.") },
    resume: { title: _("Resume the show?"), yes: _("Resume"), text: _("Comments claim items again from now on. Those that came during the pause stay uncounted.") },
    pause: { title: _("Pause the show?"), yes: _("Pause"), text: _("Comments that arrive while it is paused are kept and shown, but they never claim anything, not even after you resume.") },
    stop: { title: _("Stop the show?"), yes: _("Stop the show"), danger: true, notes: left, text: _("The show ends for good. Comments after the end are kept and marked late; you can still release and award.") },
  }[verb];
}
