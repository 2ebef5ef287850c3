/** The pick list: what the warehouse fetches, ticked off with a thumb, readable from across the room. */
import { _, Follower, html, ngettext, render, Segments, timeOf, toast, useEffect, useState } from "./kit.js";
import { keepAwake, useFullScreen } from "/static/current/host/screen.js";
import { picking } from "./calls.js";
import { Away, Link, useFollowed } from "./link.js";
import { quantity } from "./words.js";

const STAY_MS = 5000;
const byOrder = (a, b) => Number(b.sample) - Number(a.sample);

/** Samples first, then by session; within one as they came. */
class Picks extends Follower {
  constructor() {
    super({
      read: picking.read, address: picking.streamAddress, types: ["pick.changed"],
      take: (answer) => { this.picks = answer.picks; },
      hear: (_type, data) => this.replace(data),
    });
    this.picks = [];
    this.pending = new Map();
    this.lately = new Set();
  }

  replace({ picks, session_id: id }) {
    const others = this.picks.filter((pick) => pick.session_id !== id);
    const at = this.picks.findIndex((pick) => pick.session_id === id);
    const before = at < 0 ? others.length : this.picks.slice(0, at).filter((pick) => pick.session_id !== id).length;
    this.picks = [...others.slice(0, before), ...picks, ...others.slice(before)];
  }

  /** Tick off or take the tick back: shown at once, taken back if the server refuses. */
  async tick(pick) {
    const picked = !this.isDone(pick);
    this.pending.set(pick.line_id, picked);
    this.stay(pick.line_id);
    try {
      await picking.picked(pick.line_id, picked);
      this.picks = this.picks.map((one) => (one.line_id === pick.line_id
        ? { ...one, picked_at: picked ? one.picked_at ?? new Date().toISOString() : null } : one));
    } catch (error) {
      toast(error.message, { bad: true });
    }
    this.pending.delete(pick.line_id);
    this.changed();
  }

  /** Keep what was just ticked in its place for a moment: a thumb slips. */
  stay(lineId) {
    this.lately.add(lineId);
    this.changed();
    setTimeout(() => {
      this.lately.delete(lineId);
      this.changed();
    }, STAY_MS);
  }

  isDone(pick) {
    return this.pending.get(pick.line_id) ?? Boolean(pick.picked_at);
  }
}

const Pick = ({ pick, picks, can }) => {
  const done = picks.isDone(pick);
  return html`
    <li class=${`pick${done ? " pick-done" : ""}${pick.sample ? " pick-sample" : ""}`} data-line=${pick.line_id}>
      <label><input type="checkbox" checked=${done} disabled=${!can} onChange=${() => picks.tick(pick)} />
        <span class="pick-count tabular">${quantity(pick.quantity)} ${pick.unit && html`<small>${pick.unit}</small>`}</span>
        <span class="pick-what"><b><bdi>${pick.name}</bdi></b>${pick.batch_code && html`<span class="pick-code"><bdi>${pick.batch_code}</bdi></span>`}</span>
        <span class="pick-whom">${pick.sample && html`<bdi>${pick.for_whom || _("Erased buyer")}</bdi>`}${done && pick.picked_at && html`<span class="pick-by">${_("{time}, {name}", { time: timeOf(pick.picked_at), name: pick.picked_by || _("you") })}</span>`}</span>
      </label></li>`;
};

/** Groups in their order: all samples, then each session. */
function grouped(picks) {
  const groups = new Map();
  for (const pick of [...picks].sort(byOrder)) {
    const key = pick.sample ? "samples" : pick.session_id;
    if (!groups.has(key)) groups.set(key, { key, words: pick.sample ? _("Samples") : pick.for_whom || _("Erased buyer"), title: pick.sample ? "" : pick.session_title, picks: [] });
    groups.get(key).picks.push(pick);
  }
  return [...groups.values()];
}

const EMPTY = {
  open: [_("Nothing to fetch"), _("What hosts and customers put into carts appears here at once.")],
  done: [_("Nothing ticked off yet"), _("What was fetched for open sessions is listed here.")],
};

function List({ picks, filter, can }) {
  const wanted = picks.picks.filter((pick) => (filter === "done") === picks.isDone(pick) || picks.lately.has(pick.line_id));
  if (!wanted.length) return html`<div class="pick-none"><h2>${EMPTY[filter][0]}</h2><p>${EMPTY[filter][1]}</p></div>`;
  return html`${grouped(wanted).map((group) => html`
    <section key=${group.key} class="pick-group" aria-labelledby=${`picks-${group.key}`}>
      <h2 id=${`picks-${group.key}`}><bdi>${group.words}</bdi> ${group.title && html`<small><bdi>${group.title}</bdi></small>`}<span class="badge">${group.picks.length}</span></h2>
      <ul>${group.picks.map((pick) => html`<${Pick} key=${pick.line_id} pick=${pick} picks=${picks} can=${can} />`)}</ul></section>`)}`;
}

function App({ picks, can }) {
  useFollowed(picks);
  useEffect(keepAwake, []);
  const [filter, setFilter] = useState("open");
  const screen = useFullScreen();
  const left = picks.picks.filter((pick) => !picks.isDone(pick)).length;
  return html`
    <header class="pick-bar"><a class="brand" href="/live" aria-label=${_("dibs, all sessions")}><span class="brand-dot"></span><span class="brand-word">dibs</span></a>
      <h1>${_("Pick list")}</h1><p class="pick-left tabular" role="status">${ngettext("{n} to fetch", "{n} to fetch", left)}</p>
      <${Segments} label=${_("Which")} value=${filter} onPick=${setFilter} options=${[["open", _("To fetch")], ["done", _("Fetched")]]} />
      <${Link} phase=${picks.phase} />
      ${screen && html`<button type="button" class="small pick-full" onClick=${screen.turn}>${screen.full ? _("Leave full screen") : _("Full screen")}</button>`}
      <button type="button" class="quiet icon-only theme-switch" data-theme-switch aria-label=${_("Light or dark")}></button></header>
    <${Away} follower=${picks} />
    <main class="pick-main" data-stale=${picks.phase === "lost"}>${picks.phase === "loading" ? html`<p class="pick-none">${_("Loading…")}</p>` : html`<${List} picks=${picks} filter=${filter} can=${can} />`}</main>`;
}

const root = document.getElementById("picks");
const picks = new Picks();
root.replaceChildren();
render(html`<${App} picks=${picks} can=${root.dataset.can.split(" ").includes("act")} />`, root);
picks.start();
