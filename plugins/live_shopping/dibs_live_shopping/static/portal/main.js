/** A customer's session: what is held up now, the cart, what is on offer, and the way to the order. */
import { _, formatNumber, html, money, render, useEffect, useState } from "./kit.js";
import { Line } from "./line.js";
import { Shop } from "./shop.js";
import { Away, Clock, Gone, Link, setClock, State } from "./state.js";
import { Visit } from "./visit.js";

const GONE = ["sent_out", "signed_out", "missing"];
const GROUPS = [["to_purchase", _("To buy")], ["interested", _("In sight")], ["sample_request", _("Samples")]];

function useFollowed(visit) {
  const [, draw] = useState(0);
  useEffect(() => {
    const stop = visit.subscribe(() => draw((now) => now + 1));
    draw((now) => now + 1);
    return stop;
  }, [visit]);
}

function Cart({ visit }) {
  const { lines } = visit.session;
  const rest = lines.filter((line) => !line.highlighted);
  if (!lines.length) return html`<p class="portal-empty">${visit.shopping ? _("Your cart is empty. Look at what is on offer, or wait for your host to show you something.") : _("Your cart is empty.")}</p>`;
  return GROUPS.map(([intent, words]) => {
    const own = rest.filter((line) => line.intent === intent);
    return own.length > 0 && html`<section key=${intent} class="portal-group" aria-labelledby=${`group-${intent}`}><h2 id=${`group-${intent}`}>${words}</h2>
      <ul class="portal-lines">${own.map((line) => html`<${Line} key=${line.line_id} line=${line} visit=${visit} />`)}</ul></section>`;
  });
}

function Foot({ visit }) {
  const { session } = visit;
  const buying = session.lines.some((line) => line.intent === "to_purchase");
  return html`<footer class="portal-foot"><p>${_("Together")} <b class="tabular" id="total">${money(session.total)}</b></p>
    ${session.checkout_requested_at ? html`<p class="portal-asked" role="status">${_("Your host was told and makes your order.")}</p>`
      : html`<button type="button" class="primary" disabled=${visit.busy || !visit.shopping || !buying} onClick=${() => visit.confirm()}>${_("Confirm the cart")}</button>`}</footer>`;
}

function Tabs({ tab, onTab, count }) {
  return html`<nav class="portal-tabs" aria-label=${_("Panels")}>
    ${[["cart", _("Cart")], ["shop", _("On offer")]].map(([name, words]) => html`<button key=${name} type="button" aria-current=${name === tab ? "true" : undefined} onClick=${() => onTab(name)}>
      ${words}${name === "cart" && count ? html` <span class="badge">${formatNumber(count)}</span>` : null}</button>`)}</nav>`;
}

function App({ visit, title, zone }) {
  useFollowed(visit);
  const [tab, setTab] = useState("cart");
  const { session, phase } = visit;
  if (GONE.includes(phase)) return html`<${Gone} visit=${visit} />`;
  if (!session) return html`<h1 class="page-title"><bdi>${title}</bdi></h1><p class="hint">${_("Loading your cart…")}</p><${Away} phase=${phase} />`;
  const now = session.lines.filter((line) => line.highlighted);
  return html`
    <header class="portal-head"><h1 class="page-title"><bdi>${session.title}</bdi></h1>
      <div class="portal-marks"><${Link} phase=${phase} /><${Clock} session=${session} /></div></header>
    <${Away} phase=${phase} /><${State} session=${session} zone=${zone} />
    ${now.length > 0 && html`<section class="portal-now" aria-label=${_("Your host shows")}><p class="portal-label">${_("Your host shows")}</p>
      <ul class="portal-lines">${now.map((line) => html`<${Line} key=${line.line_id} line=${line} visit=${visit} big=${true} />`)}</ul></section>`}
    ${visit.open && html`<${Tabs} tab=${tab} onTab=${setTab} count=${session.lines.length} />`}
    <div class="portal-panel">${tab === "shop" && visit.open ? html`<${Shop} visit=${visit} />` : html`<${Cart} visit=${visit} />`}</div>
    ${visit.open && html`<${Foot} visit=${visit} />`}`;
}

const root = document.getElementById("visit");
const { sessionId, now, timeZone } = root.dataset;
const title = root.querySelector("h1").textContent;
const visit = new Visit(sessionId);
setClock(now);
root.replaceChildren();
render(html`<${App} visit=${visit} title=${title} zone=${timeZone} />`, root);
visit.start();
