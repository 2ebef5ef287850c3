/** The desk of one session: its head, its cart, and beside it what a host needs while a customer waits. */
import { _, html, render, toast, useEffect, useMemo, useState } from "./kit.js";
import { AddPanel } from "./add.js";
import { Bar, setClock } from "./bar.js";
import { Cart } from "./cart.js";
import { Converting } from "./converting.js";
import { Desk } from "./desk_store.js";
import { Away, Link, useFollowed } from "./link.js";
import { News, Ordered, Waiting } from "./news.js";
import { Access, CreditReason, Ending, PriceSheet } from "./sheets.js";
import { Credit, Notes } from "./side.js";

const TABS = [["cart", _("Cart")], ["add", _("Add")], ["more", _("Credit and notes")]];

/** `/` goes to the search, wherever nobody types. */
function listenForKeys(onAdd) {
  const listen = (event) => {
    const typing = event.target.closest("input, textarea, select, dialog");
    if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    onAdd();
  };
  document.addEventListener("keydown", listen);
  return () => document.removeEventListener("keydown", listen);
}

function focusSearch(setTab) {
  const focus = () => {
    const field = document.getElementById("add-search");
    field?.focus();
    field?.select();
  };
  setTab("add");
  focus();
  requestAnimationFrame(() => document.activeElement?.id === "add-search" || focus()); // a panel that has just come into sight
}

function Opened({ open, desk, close }) {
  const line = open?.line && desk.line(open.line);
  if (!open) return null;
  if (open.kind === "price") return line ? html`<${PriceSheet} line=${line} desk=${desk} onClose=${close} />` : null;
  if (open.kind === "ending") return html`<${Ending} verb=${open.verb} desk=${desk} onClose=${close} />`;
  if (open.kind === "convert") return html`<${Converting} desk=${desk} onClose=${close} />`;
  if (open.kind === "access") return html`<${Access} desk=${desk} onClose=${close} />`;
  return null;
}

/** Over everything else: asked for by a call that is under way. */
const Asked = ({ asked, done }) => (asked
  ? html`<${CreditReason} error=${asked.error} onReason=${(reason) => done(reason)} onClose=${() => done(null)} />` : null);

function useAsking(desk) {
  const [asked, setAsked] = useState(null);
  desk.ask = (what) => new Promise((resolve) => setAsked({ ...what, resolve }));
  const done = (answer) => {
    asked?.resolve(answer);
    setAsked(null);
  };
  return [asked, done];
}

function handlers(desk, setOpen) {
  return {
    price: (line) => setOpen({ kind: "price", line: line.line_id }),
    quantity: (line, quantity) => desk.change(line.line_id, { quantity }),
    convert: () => setOpen({ kind: "convert" }),
    access: () => setOpen({ kind: "access" }),
    ending: (verb) => setOpen({ kind: "ending", verb }),
    reopen: () => desk.calls.run("reopen", {}).then(
      (made) => location.assign(`/live/${(made.session ?? made).session_id}`),
      (error) => toast(error.message, { bad: true }),
    ),
  };
}

function Side({ desk }) {
  return html`
    <aside class="desk-side" aria-label=${_("Beside the cart")}>
      <div class="side-add">${desk.selling ? html`<${AddPanel} desk=${desk} />` : html`<p class="hint side-part">${desk.session.status === "scheduled"
        ? _("Start the session to fill the cart.") : _("The cart can't be changed any more.")}</p>`}</div>
      <div class="side-more"><${Credit} session=${desk.session} /><${Notes} desk=${desk} /></div>
    </aside>`;
}

function App({ desk }) {
  useFollowed(desk);
  const [tab, setTab] = useState("cart");
  const [open, setOpen] = useState(null);
  const on = useMemo(() => handlers(desk, setOpen), []);
  const [asked, done] = useAsking(desk);
  useEffect(() => listenForKeys(() => focusSearch(setTab)), []);
  const { session } = desk;
  const waits = session && (session.checkout_requested_at || session.proposals.some((one) => one.state === "pending" && one.made_by === "customer"));
  useEffect(() => { if (session) document.title = `${waits ? "● " : ""}${session.name || session.title} – dibs`; }, [session?.name, Boolean(waits)]);
  if (!session) return html`<main class="page-main"><p>${_("Loading the session…")}</p><${Link} phase=${desk.phase} /><${Away} follower=${desk} /></main>`;
  return html`
    <${Bar} desk=${desk} on=${on} />
    <div class="banners"><${Away} follower=${desk} /><${Waiting} desk=${desk} on=${on} /><${Ordered} session=${session} /></div>
    <main class="desk-main" data-tab=${tab} data-stale=${desk.phase === "lost"}><${Cart} desk=${desk} on=${on} /><${Side} desk=${desk} /></main>
    <nav class="desk-tabs" aria-label=${_("Panels")}>${TABS.map(([key, words]) => html`
      <button key=${key} type="button" aria-current=${key === tab ? "true" : undefined} onClick=${() => (key === "add" ? focusSearch(setTab) : setTab(key))}>${words}</button>`)}</nav>
    <${Opened} open=${open} desk=${desk} close=${() => setOpen(null)} />
    <${Asked} asked=${asked} done=${done} />
    <${News} news=${desk.news} />`;
}

const root = document.getElementById("desk");
const can = Object.fromEntries(["act", "costs"].map((name) => [name, root.dataset.can.split(" ").includes(name)]));
setClock(root.dataset.now);
const desk = new Desk(root.dataset.sessionId, can);
root.replaceChildren();
render(html`<${App} desk=${desk} />`, root);
desk.start();
