/** The live console: one store, three panels, one bar. */
import { html, render, useEffect, useMemo, useRef, useState } from "./html.js";
import { Announcer } from "./announce.js";
import { showApi } from "./api.js";
import { Away, StatusBar } from "./bar.js";
import { ClaimsPanel } from "./claims.js";
import { CommentsPanel } from "./comments.js";
import { Confirm, Shortcuts } from "./dialogs.js";
import { ItemDrawer } from "./drawer.js";
import { AddItem, ChooseItem, GiveItem } from "./forms.js";
import { ItemsPanel } from "./items.js";
import { listenForKeys } from "./keys.js";
import { Store } from "./store.js";
import { count } from "./format.js";
import { Why } from "./why.js";

const TOAST_MS = 6000;
const RUN = {
  activate: { title: "Start the show?", yes: "Start show", text: "From now on comments claim items, the first valid claim wins." },
  pause: { title: "Pause the show?", yes: "Pause", text: "Comments that arrive while it is paused are kept and shown, but they never claim anything, not even after you resume." },
  stop: { title: "Stop the show?", yes: "Stop the show", danger: true, text: "The show ends for good. Comments after the end are kept and marked late; you can still release and award." },
};

/** The next number after the highest plain one. */
function nextNumber(state) {
  const numbers = [...state.items.values()].map((item) => Number(item.item_number)).filter(Number.isSafeInteger);
  return numbers.length ? String(Math.max(...numbers) + 1) : "1";
}

function useToast() {
  const [toast, setToast] = useState(null);
  const timer = useRef(null);
  const say = (words, bad = false) => {
    clearTimeout(timer.current);
    setToast({ words, bad });
    timer.current = setTimeout(() => setToast(null), TOAST_MS);
  };
  const act = async (work, done) => {
    try {
      await work();
      if (done) say(done);
    } catch (error) {
      say(error.message, true);
    }
  };
  return [toast, say, act];
}

const Tabs = ({ tab, onTab, looks }) => html`
  <nav class="tabs" aria-label="Panels">
    ${[["items", "Items"], ["claims", "Claims"], ["comments", "Comments"]].map(([name, words]) => html`
      <button key=${name} type="button" aria-current=${name === tab ? "true" : undefined} onClick=${() => onTab(name)}>
        ${words}${name === "claims" && looks ? html`<span class="badge">${count(looks)}</span>` : null}</button>`)}
  </nav>`;

function App({ store, api, title, can }) {
  const [, draw] = useState(0);
  const [tab, setTab] = useState("claims");
  const [open, setOpen] = useState(null);
  const [toast, , act] = useToast();
  const { state, phase } = store;
  useEffect(() => store.subscribe(() => draw((now) => now + 1)), []);
  useEffect(() => listenForKeys({ help: () => setOpen({ kind: "keys" }), tab: setTab }), []);
  const on = useMemo(() => ({
    item: (id) => setOpen({ kind: "item", id }),
    add: can.write ? (given) => setOpen({ kind: "add", given }) : null,
    why: (claim) => setOpen((now) => ({ kind: "why", claim, under: now?.kind === "item" ? now : null })),
    decide: (claim, verb) => (verb === "accept" && !claim.item_id
      ? setOpen({ kind: "choose", claim }) : act(() => api.decide(claim.claim_id, verb))),
    give: can.run ? (comment) => setOpen({ kind: "give", comment }) : null,
    close: () => setOpen((now) => now?.under ?? null),
    run: (verb) => (RUN[verb] ? setOpen({ kind: "run", verb }) : act(() => api.run(verb))),
  }), []);
  const { versions } = state;
  const looks = useMemo(() => state.feed.filter((claim) => claim.status === "review" || claim.status === "unmatched").length, [versions.claims]);
  return html`
    <${StatusBar} state=${state} phase=${phase} title=${title} can=${can} onRun=${on.run} onHelp=${() => setOpen({ kind: "keys" })} />
    <${Away} phase=${phase} since=${store.since} next=${location.pathname} onRetry=${() => store.enter()} />
    <main class="panels" data-tab=${tab} data-stale=${phase !== "live" && phase !== "catching" && phase !== "polling"}>
      <${ItemsPanel} state=${state} version=${versions.items} pinnedId=${state.show?.pinned_item_id} onOpen=${on.item} onAdd=${on.add} />
      <${ClaimsPanel} state=${state} version=${versions.claims} total=${state.counts.claims} can=${can.run} store=${store}
        onOpenItem=${on.item} onDecide=${on.decide} onAdd=${on.add} onWhy=${on.why} />
      <${CommentsPanel} state=${state} version=${versions.comments} total=${state.counts.comments} store=${store}
        loadingOlder=${store.loadingOlder} onGive=${on.give} />
    </main>
    <${Tabs} tab=${tab} onTab=${setTab} looks=${looks} />
    <${Opened} open=${open} on=${on} state=${state} api=${api} can=${can} act=${act} />
    <${Announcer} state=${state} />
    <div class="toasts" role="status">${toast && html`<p class=${toast.bad ? "toast bad" : "toast"}>${toast.words}</p>`}</div>`;
}

/** Whatever dialog is open, and the drawer beneath it. */
function Opened({ open, on, state, api, can, act }) {
  if (!open) return null;
  const drawer = open.kind === "item" ? open : open.under;
  const item = drawer && state.items.get(drawer.id);
  const items = state.order.map((id) => state.items.get(id));
  return html`
    ${item && html`<${ItemDrawer} key=${item.item_id} api=${api} item=${item} can=${can} act=${act}
      pinned=${state.show?.pinned_item_id === item.item_id} onWhy=${on.why} onClose=${on.close} />`}
    ${open.kind === "why" && html`<${Why} key="why" api=${api} claim=${open.claim} onClose=${on.close} />`}
    ${open.kind === "keys" && html`<${Shortcuts} onClose=${on.close} />`}
    ${open.kind === "give" && html`<${GiveItem} comment=${open.comment} items=${items} onClose=${on.close}
      onGive=${async (id, award) => { await api.award(id, award); act(async () => {}, "Given."); }} />`}
    ${open.kind === "choose" && html`<${ChooseItem} claim=${open.claim} items=${items}
      onPick=${(id) => act(() => api.decide(open.claim.claim_id, "accept", { item_id: id }))} onClose=${on.close} />`}
    ${open.kind === "add" && html`<${AddItem} given=${open.given} suggestion=${nextNumber(state)}
      onAdd=${(row) => api.addItems([row])} onClose=${on.close} />`}
    ${open.kind === "run" && html`<${Confirm} ...${RUN[open.verb]} onClose=${on.close} onYes=${() => act(() => api.run(open.verb))} />`}`;
}

const root = document.getElementById("console");
const { showId, title, may } = root.dataset;
const allowed = new Set(may.split(" "));
const api = showApi(showId);
const store = new Store(api);
root.replaceChildren();
render(html`<${App} store=${store} api=${api} title=${title}
  can=${{ run: allowed.has("shows:run"), write: allowed.has("shows:write") }} />`, root);
store.start();
