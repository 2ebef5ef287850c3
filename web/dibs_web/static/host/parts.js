/** The parts of the host view, all in large type. */
import { _, ngettext } from "../lib/i18n.js";
import { html } from "../console/html.js";
import { count, money, nameOf, timeOf } from "../console/format.js";
import { units } from "../console/figures.js";
import { showStatusWords } from "../console/words.js";
import { usePicture } from "./pictures.js";

const LINK = {
  loading: [_("Connecting…"), "wait"], live: [_("Live"), "on"], catching: [_("Catching up…"), "wait"],
  lost: [_("Connection lost"), "off"], polling: [_("Every 3 seconds"), "wait"],
  signed_out: [_("Signed out"), "off"], missing: [_("Not available"), "off"],
};
const OLD = {
  lost: (at) => _("Connection lost. This is how it was at {at}.", { at }),
  signed_out: (at) => _("Signed out. This is how it was at {at}.", { at }),
  missing: () => _("This show is not available any more."),
};

export function Top({ state, phase, since, title, screen, showId }) {
  const { won, total } = units(state);
  const status = state.show?.status;
  return html`
    <header class="host-top">
      <h1><bdi>${state.show?.title ?? title}</bdi></h1>
      ${status && status !== "active" && html`<p class=${`show-status show-${status}`}>${showStatusWords(status)}</p>`}
      <p class="host-sum">${ngettext("{won} of {n} unit sold", "{won} of {n} units sold", total, { won: count(won) })}</p>
      <p class=${`host-link link-${LINK[phase][1]}`} id="connection"><span class="link-dot"></span>${LINK[phase][0]}</p>
      <nav class="host-acts" aria-label=${_("This page")}><a class="button small" href=${`/shows/${showId}/console`}>${_("Console")}</a>
        ${screen && html`<button type="button" class="small" onClick=${screen.turn}>${screen.full ? _("Leave full screen") : _("Full screen")}</button>`}</nav>
    </header>
    ${OLD[phase] && html`<p class="host-old" role="alert">${OLD[phase](timeOf(since))}</p>`}`;
}

const Left = ({ item }) => {
  const left = item.total_quantity - item.claimed_count;
  return left > 0
    ? html`<p class=${`host-left status-${item.status}`}><b>${count(left)}</b> <span>${ngettext("left of {n}", "left of {n}", item.total_quantity)}</span></p>`
    : html`<p class="host-left status-sold_out"><b>${_("Sold out")}</b> <span>${item.waitlist_count
      ? ngettext("{n} waiting", "{n} waiting", item.waitlist_count) : ""}</span></p>`;
};

/* A picture that does not come leaves no frame behind. */
const hide = (event) => { event.target.hidden = true; };

const Item = ({ item, showId }) => {
  const picture = usePicture(showId, item);
  return html`
  <section class=${`host-item${picture ? " host-pictured" : ""}`} aria-labelledby="host-item-title">
    ${picture && html`<img class="host-picture" src=${picture} alt="" referrerpolicy="no-referrer" onError=${hide} />`}
    <p class="host-label">${_("On now")}</p>
    <p class="host-number"><bdi>${item.item_number}</bdi></p>
    <h2 class="host-title" id="host-item-title"><bdi>${item.title || _("Untitled")}</bdi>
      ${item.variant && html`<bdi class="host-variant">${item.variant}</bdi>`}</h2>
    <div class="host-line">${item.price && html`<p class="host-price">${money(item.price)}</p>`}<${Left} item=${item} /></div>
  </section>`;
};

const Nothing = ({ state }) => html`
  <section class="host-item host-nothing" aria-labelledby="host-item-title">
    <h2 class="host-title" id="host-item-title">${state.show?.status === "ended" ? _("The show has ended") : _("Nothing is on now")}</h2>
    ${state.show?.status !== "ended" && html`<p class="host-hint">${_("Put an item on in the console: it appears here at once.")}</p>`}
  </section>`;

const People = ({ id, words, rows, item, empty, ordered }) => html`
  <section class="host-people" aria-labelledby=${id}><h2 class="host-label" id=${id}>${words}</h2>
    ${rows.length ? html`<ol>${rows.map((claim, index) => html`
      <li key=${claim.claim_id}>${ordered && html`<span class="host-place">${index + 1}</span>`}<bdi>${nameOf(claim)}</bdi>
        ${claim.quantity > 1 && html`<span class="host-times">×${count(claim.quantity)}</span>`}
        ${!item && claim.item_number && html`<span class="host-times">${claim.item_number}</span>`}</li>`)}</ol>`
      : html`<p class="host-hint">${empty}</p>`}</section>`;

export const Stage = ({ state, item, winners, queue, showId }) => html`
  <div class="host-stage">
    ${item ? html`<${Item} item=${item} showId=${showId} />` : html`<${Nothing} state=${state} />`}
    <div class="host-side">
      <${People} id="host-won" words=${_("Won by")} rows=${winners} item=${item} empty=${_("Nobody yet.")} />
      ${item && html`<${People} id="host-next" words=${_("Next in line")} rows=${queue} item=${item} ordered=${true} empty=${_("Nobody waits.")} />`}
    </div>
  </div>`;

export const Foot = ({ items }) => (items.length ? html`
  <section class="host-foot" aria-labelledby="host-items"><h2 class="host-label" id="host-items">${_("Next items")}</h2>
    <ul>${items.map((item) => html`<li key=${item.item_id}><b><bdi>${item.item_number}</bdi></b>
      <span class="host-next-title"><bdi>${item.title || _("Untitled")}</bdi>${item.variant && html` <bdi class="host-variant">${item.variant}</bdi>`}</span>
      <span class="host-next-left">${item.price && html`<span>${money(item.price)}</span>`} ${_("{n} left", { n: count(item.total_quantity - item.claimed_count) })}</span></li>`)}</ul>
  </section>` : null);
