/** The live console: one store, four panels, one bar. */
import { _ } from "../lib/i18n.js";
import { html, render, useEffect, useMemo, useState } from "./html.js";
import { Acts } from "./acts.js";
import { Announcer, Note } from "./announce.js";
import { showApi } from "./api.js";
import { Away, StatusBar } from "./bar.js";
import { ClaimsPanel } from "./claims.js";
import { CommentsPanel } from "./comments.js";
import { decisions } from "./figures.js";
import { count } from "./format.js";
import { ItemsPanel } from "./items.js";
import { focusPanel, listenForKeys } from "./keys.js";
import { useParts, useWide } from "./live.js";
import { Opened } from "./opened.js";
import { ReviewPanel } from "./review.js";
import { Bell } from "./sound.js";
import { setBlocked } from "./state.js";
import { StreamBanners } from "./streams.js";
import { Store } from "./store.js";

const Tabs = ({ tab, onTab, looks }) => html`
  <nav class="tabs" aria-label=${_("Panels")}>
    ${[["items", _("Items")], ["claims", _("Claims")], ["comments", _("Comments")], ["review", _("Review")]].map(([name, words]) => html`
      <button key=${name} type="button" aria-current=${name === tab ? "true" : undefined} onClick=${() => onTab(name)}>
        ${words}${name === "review" && looks ? html`<span class="badge">${count(looks)}</span>` : null}</button>`)}
  </nav>`;

/** The next item to put on: the one after the one that is on now, with units left. */
function nextItem(state) {
  const from = state.order.indexOf(state.show?.pinned_item_id) + 1;
  return [...state.order.slice(from), ...state.order.slice(0, Math.max(0, from - 1))]
    .map((id) => state.items.get(id)).find((item) => item.status !== "sold_out");
}

/** What the panels call; made once, so that they need not be drawn again for it. */
function handlers({ store, acts, can, setOpen, setTab, setOnly }) {
  const { api, state } = store;
  const under = (next) => (now) => ({ ...next, under: now?.kind === "item" ? now : null });
  const tab = (name) => setTab(name);
  const only = (wanted) => { setOnly(wanted); setOpen(null); focusPanel("claims", setTab); };
  const order = (id, step) => {
    const rest = state.order.filter((one) => one !== id);
    rest.splice(Math.max(0, state.order.indexOf(id) + step), 0, id);
    return acts.run(() => api.reorder(rest), _("Changed the order of the items."));
  };
  return {
    tab, only,
    item: (id) => setOpen({ kind: "item", id }),
    add: can.write ? (given) => setOpen({ kind: "add", given }) : null,
    why: (claim) => setOpen(under({ kind: "why", claim })),
    buyer: (who) => setOpen(under({ kind: "buyer", who })),
    review: () => focusPanel("review", setTab),
    give: can.run ? (comment) => setOpen({ kind: "give", comment }) : null,
    decide: (claim, verb, more) => acts.run(() => api.decide(claim.claim_id, verb, more)),
    move: can.write ? order : null,
    close: () => setOpen((now) => now?.under ?? null),
    run: (verb) => setOpen({ kind: "run", verb }),
    help: () => setOpen({ kind: "keys" }),
    alerts: () => setOpen({ kind: "alerts" }),
    start: () => {
      const verb = { draft: "activate", active: "pause", paused: "resume" }[state.show?.status];
      if (verb) setOpen({ kind: "run", verb });
    },
    next: () => {
      const item = nextItem(state);
      if (item) acts.run(() => api.pin(item.item_id), _("{item} is on now.", { item: item.item_number }));
    },
  };
}

/** Ask once which buyers are blocked, page by page; events tell what changes after that. */
async function loadBlocked(store) {
  const buyers = [];
  for (let cursor; cursor !== null;) {
    const page = await store.api.blockedBuyers(cursor);
    buyers.push(...page.buyers);
    cursor = page.next;
  }
  if (buyers.length) setBlocked(store.state, new Map([...store.state.blockedView, ...buyers.map((one) => [one.buyer_id, one.handle])]));
  store.schedule();
}

/** What waits for a decision and is older than what the snapshot has. */
function loadDecisions(store) {
  for (const status of ["review", "unmatched"]) store.loadClaims({ status }).catch(() => {});
  store.loadUnclear().catch(() => {});
}

function App({ store, title, tabs, can, me }) {
  const [, draw] = useState(0);
  const [tab, setTab] = useState("claims");
  const [open, setOpen] = useState(null);
  const [only, setOnly] = useState({});
  const state = useParts(store, "show", "looks");
  const acts = useMemo(() => new Acts(store, me, () => draw((now) => now + 1)), []);
  const on = useMemo(() => handlers({ store, acts, can, setOpen, setTab, setOnly }), []);
  useEffect(() => listenForKeys({
    help: on.help, tab: setTab, undo: can.run ? () => acts.undo() : null,
    next: can.run ? on.next : null, run: can.run ? on.start : null, add: can.write ? () => on.add({}) : null,
  }), []);
  useEffect(() => { if (can.readBuyers) loadBlocked(store).catch(() => {}); }, []);
  useEffect(() => { if (state.epoch) loadDecisions(store); }, [state.epoch]);
  const wide = useWide();
  const { phase } = store;
  const looks = decisions(state);
  const { marks } = acts;
  const buyer = can.readBuyers ? on.buyer : null;
  return html`
    <${StatusBar} store=${store} title=${title} tabs=${tabs} can=${can} onRun=${on.run} onHelp=${on.help} onAlerts=${on.alerts} />
    <div class="banners"><${Away} phase=${phase} since=${store.since} next=${location.pathname} onRetry=${() => store.enter()} />
      <${StreamBanners} store=${store} can=${can} /></div>
    <main class="panels" data-tab=${tab} data-stale=${phase !== "live" && phase !== "catching" && phase !== "polling"}>
      <${ItemsPanel} store=${store} marks=${marks} onOpen=${on.item} onAdd=${on.add} onMove=${on.move} />
      <${ClaimsPanel} store=${store} only=${only} onOnly=${setOnly} marks=${marks} looks=${looks} onTab=${on.tab} onOpenItem=${on.item}
        onBuyer=${buyer} onReview=${on.review} onWhy=${on.why} />
      ${(tab === "review" || wide) && html`<${ReviewPanel} store=${store} can=${can} onTab=${on.tab} onDecide=${on.decide} onAdd=${on.add} onGive=${on.give}
        onBuyer=${buyer} onWhy=${on.why} />`}
      <${CommentsPanel} store=${store} onGive=${on.give} onBuyer=${buyer} />
    </main>
    <${Tabs} tab=${tab} onTab=${setTab} looks=${looks} />
    <${Opened} open=${open} on=${on} store=${store} can=${can} acts=${acts} looks=${looks} />
    <${Note} note=${acts.note} />
    <${Announcer} state=${state} acts=${acts} />`;
}

const root = document.getElementById("console");
const { showId, title, may, me } = root.dataset;
const tabs = JSON.parse(root.dataset.tabs);
const allowed = new Set(may.split(" "));
const store = new Store(showApi(showId));
const bell = new Bell(store);
root.replaceChildren();
render(html`<${App} store=${store} title=${title} tabs=${tabs} me=${me} bell=${bell} can=${{
  run: allowed.has("shows:run"), write: allowed.has("shows:write"),
  connect: allowed.has("connections:write"), buyers: allowed.has("buyers:write"), readBuyers: allowed.has("buyers:read"),
}} />`, root);
store.start();
