/** The status bar: what runs, how long, how much, and whether this page is live. */
import { html, useEffect, useState } from "./html.js";
import { count, duration, timeOf } from "./format.js";
import { buyersWon, minutesBack, rate, serverNow, units } from "./state.js";
import { showStatusWords } from "./words.js";

const LINK = {
  loading: ["Connecting…", "wait"],
  live: ["Live updates", "on"],
  catching: ["Catching up…", "wait"],
  lost: ["Connection lost", "off"],
  polling: ["Every 3 seconds", "wait"],
  signed_out: ["Signed out", "off"],
  missing: ["Not available", "off"],
};

function useTick(ms = 1000) {
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick((count) => count + 1), ms);
    return () => clearInterval(timer);
  }, []);
}

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
      <${Figure} name="Running" short="Running" id="figure-clock"><span class="tabular">${running(state.show, now)}</span><//>
      <${Figure} name="Units claimed" short="Units" id="figure-units"
        extra=${html`<span class="bar-track" aria-hidden="true"><span style=${{ transform: `scaleX(${share})` }}></span></span>`}>
        <b>${known ? count(won) : "–"}</b><small> / ${known ? count(total) : "–"}</small><//>
      <${Figure} name="Winning buyers" short="Buyers" id="figure-buyers">${known ? count(buyersWon(state)) : "–"}<//>
      <${Figure} name="Comments per minute" short="Per min" id="figure-rate"
        extra=${html`<${Sparkline} values=${minutesBack(state, now)} />`}>
        ${known ? count(rate(state, now)) : "–"}<//>
    </dl>`;
}

const BUTTONS = {
  draft: [["activate", "Start show", "primary"]],
  active: [["pause", "Pause", ""], ["stop", "Stop", "danger-quiet"]],
  paused: [["resume", "Resume", "primary"], ["stop", "Stop", "danger-quiet"]],
  ended: [],
};

export function StatusBar({ state, phase, title, can, onRun, onHelp }) {
  useTick();
  const now = serverNow(state);
  const status = state.show?.status;
  const [words, tone] = LINK[phase];
  return html`
    <header class="bar" data-phase=${phase}>
      <div class="bar-show">
        <a class="brand" href="/shows" aria-label="dibs, all shows"><span class="brand-dot"></span><span class="brand-name">dibs</span></a>
        <h1><bdi>${state.show?.title ?? title}</bdi></h1>
        ${status && html`<span class=${`show-status show-${status}`}><span class="live-dot"></span>${showStatusWords(status)}</span>`}
      </div>
      <${Figures} state=${state} now=${now} />
      <div class="bar-acts">
        <p class=${`link link-${tone}`} role="status" id="connection"><span class="link-dot"></span>${words}</p>
        ${can.run && (BUTTONS[status] ?? []).map(([verb, label, look]) => html`
          <button key=${verb} type="button" class=${look} onClick=${() => onRun(verb)}>${label}</button>`)}
        <button type="button" class="quiet icon-only theme-switch" data-theme-switch aria-label="Light or dark"></button>
        <button type="button" class="quiet icon-only help-button" aria-label="Keyboard shortcuts" onClick=${onHelp}>?</button>
      </div>
    </header>`;
}

const AWAY = {
  lost: (since) => `Connection lost since ${since}. What you see is from then; claims are still being decided on the server. Trying again…`,
  polling: (since) => `Live updates do not get through since ${since}. The page asks for news every 3 seconds instead.`,
  signed_out: () => "You are signed out. What you see is not updated any more.",
  missing: () => "This show is not available to you any more.",
};

/** Under the bar: when the page is not live, since when, and what to do. */
export const Away = ({ phase, since, next, onRetry }) => AWAY[phase] ? html`
  <div class=${`away away-${phase}`}><p>${AWAY[phase](timeOf(since))}</p>
    ${phase === "lost" && html`<button type="button" class="small" onClick=${onRetry}>Try now</button>`}
    ${phase === "signed_out" && html`<a class="button small" href=${`/sign-in?next=${encodeURIComponent(next)}`}>Sign in</a>`}
  </div>` : null;
