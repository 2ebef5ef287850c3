/** The streams of a show: a line in the bar that says how each stands, and banners for what needs somebody. */
import { _ } from "../lib/i18n.js";
import { toast } from "../lib/toast.js";
import { html, useState } from "./html.js";
import { count, since } from "./format.js";
import { useTick } from "./live.js";
import { streamHelp, streamStateWords } from "./words.js";

const RECONNECT = new Set(["token", "removed", "login", "permission", "disconnected"]);
const TONES = {
  idle: "idle", waiting: "wait", choose: "off", listening: "on", quiet: "wait", trouble: "off", ended: "idle",
};

/** The platform as people write it. */
const platformName = (name) => name.charAt(0).toUpperCase() + name.slice(1);
const nameOf = (stream) => stream.account || platformName(stream.platform);

function Chip({ stream, now }) {
  const last = stream.last_comment_at ? since(Math.max(0, now - Date.parse(stream.last_comment_at))) : null;
  const told = [
    `${platformName(stream.platform)}: ${stream.title || stream.live_id}`, stream.trouble?.message,
    _("{n} comments", { n: count(stream.comments_seen) }), last && _("last comment {age} ago", { age: last }),
  ].filter(Boolean).join(" – ");
  return html`<li class=${`stream stream-${TONES[stream.state]}`} data-state=${stream.state} title=${told}>
    <span class="link-dot"></span><span class="stream-name">${platformName(stream.platform)}${stream.account && html` · <bdi>${stream.account}</bdi>`}</span>
    <b>${streamStateWords(stream.state)}</b>
    ${stream.viewers != null && stream.state !== "ended" && html`<small>${_("{n} watch", { n: count(stream.viewers) })}</small>`}</li>`;
}

/** In the bar: each stream with its state. */
export function StreamLine({ state, showId, now }) {
  if (!state.show || (state.show.practice && !state.streams.length)) return null;
  const none = !state.streams.length && state.show.status !== "ended";
  if (!none && !state.streams.length) return null;
  return html`<nav class="streams" aria-label=${_("Streams")}>
    <ul>${state.streams.map((stream) => html`<${Chip} key=${stream.stream_id} stream=${stream} now=${now} />`)}
      ${none && html`<li class="stream stream-idle" data-state="none"><span class="link-dot"></span>${_("Listens to no stream")}</li>`}</ul>
    <a href=${`/shows/${showId}/setup#streams`}>${none ? _("Add a stream") : _("Change")}</a></nav>`;
}

function Banner({ stream, store, can, children, tone = "off" }) {
  const [busy, setBusy] = useState(false);
  const act = (call) => async () => {
    setBusy(true);
    try {
      await call();
    } catch (error) {
      toast(error.message, { bad: true });
    }
    setBusy(false);
  };
  return html`<div class=${`away away-${tone}`} role="alert" data-stream=${stream.stream_id}>${children({ act, busy, can, api: store.api })}</div>`;
}

const reconnectAddress = (stream) => `/connections/${stream.platform}/reconnect?${new URLSearchParams({
  connection: stream.connection_id, next: location.pathname })}`;

function Trouble({ stream, ...rest }) {
  const { reason, message } = stream.trouble;
  const again = RECONNECT.has(reason);
  return html`<${Banner} stream=${stream} ...${rest}>${({ act, busy, can, api }) => html`
    <p><bdi>${nameOf(stream)}</bdi>: ${message} ${streamHelp(reason)}</p>
    ${again && stream.connection_id && can.connect && html`<a class="button small" href=${reconnectAddress(stream)}>${_("Reconnect")}</a>`}
    ${!again && can.run && html`<button type="button" class="small" disabled=${busy}
      onClick=${act(() => api.retryStream(stream.stream_id))}>${_("Try now")}</button>`}`}<//>`;
}

function Choose({ stream, ...rest }) {
  return html`<${Banner} stream=${stream} tone="polling" ...${rest}>${({ act, busy, can, api }) => html`
    <p><bdi>${nameOf(stream)}</bdi>: ${_("several broadcasts run. Which one is this show?")}</p>
    ${can.run && stream.choices.map((live) => html`<button key=${live.live_id} type="button" class="small" disabled=${busy}
      onClick=${act(() => api.chooseLive(stream.stream_id, live.live_id))}><bdi>${live.title || live.live_id}</bdi></button>`)}`}<//>`;
}

function Quiet({ stream, now, ...rest }) {
  const silent = since(Math.max(0, now - Date.parse(stream.last_comment_at ?? stream.quiet_since)));
  return html`<${Banner} stream=${stream} tone="polling" ...${rest}>${({ act, busy, can, api }) => html`
    <p><bdi>${nameOf(stream)}</bdi>: ${stream.viewers
      ? _("no comment for {age}, though {n} watch. Look whether comments show at the platform.", { age: silent, n: count(stream.viewers) })
      : _("no comment for {age}. Look whether comments show at the platform.", { age: silent })}</p>
    ${can.run && html`<button type="button" class="small" disabled=${busy}
      onClick=${act(() => api.retryStream(stream.stream_id))}>${_("Try now")}</button>`}`}<//>`;
}

function Ended({ stream, ...rest }) {
  return html`<${Banner} stream=${stream} tone="polling" ...${rest}>${({ act, busy, can, api }) => html`
    <p><bdi>${nameOf(stream)}</bdi>: ${_("the broadcast has ended; the show goes on.")}</p>
    ${can.run && html`
      ${stream.connection_id && html`<button type="button" class="small" disabled=${busy}
        onClick=${act(() => api.addStream(stream.connection_id).then(() => api.removeStream(stream.stream_id)))}>${_("Wait for the next one")}</button>`}
      <button type="button" class="small" disabled=${busy} onClick=${act(() => api.retryStream(stream.stream_id))}>${_("It still runs")}</button>
      <button type="button" class="small quiet" disabled=${busy} onClick=${act(() => api.removeStream(stream.stream_id))}>${_("Remove")}</button>`}`}<//>`;
}

const BANNERS = { trouble: Trouble, choose: Choose, quiet: Quiet, ended: Ended };

/** Under the bar, while the show runs: what is wrong with a stream, and what to do. */
export function StreamBanners({ store, can }) {
  useTick();
  const { state } = store;
  if (state.show?.status !== "active" && state.show?.status !== "paused") return null;
  const now = Date.now() + state.clockAhead;
  return state.streams.map((stream) => {
    const Part = BANNERS[stream.state];
    return Part && html`<${Part} key=${`${stream.stream_id} ${stream.state}`} stream=${stream} store=${store} can=${can} now=${now} />`;
  });
}
