/** A customer's session: what is held up now, the cart, what is on offer, and the way to the order. */
import { _, formatNumber, html, money, render, useEffect, useState } from "./kit.js";
import { amount, Line, Picture } from "./line.js";
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
  const rest = lines.filter((line) => !visit.open || !line.highlighted);
  if (!lines.length) return html`<p class="portal-empty">${visit.shopping ? _("Your cart is empty. Look at what is on offer, or wait for your host to show you something.") : _("Your cart is empty.")}</p>`;
  return GROUPS.map(([intent, words]) => {
    const own = rest.filter((line) => line.intent === intent);
    return own.length > 0 && html`<section key=${intent} class="portal-group" aria-labelledby=${`group-${intent}`}><h2 id=${`group-${intent}`}>${words}</h2>
      <ul class="portal-lines">${own.map((line) => html`<${Line} key=${line.line_id} line=${line} visit=${visit} />`)}</ul></section>`;
  });
}

/** After the order: what was ordered, to read. */
function Ordered({ session }) {
  const lists = [["to_purchase", _("Ordered")], ["sample_request", _("Samples")]].map(([intent, words]) => [intent, words, session.lines.filter((line) => line.intent === intent)]);
  return html`<section class="portal-order" aria-label=${_("Your order")}>
    ${lists.map(([intent, words, lines]) => lines.length > 0 && html`<div key=${intent} class="portal-group"><h2>${words}</h2>
      <ul class="portal-ordered">${lines.map((line) => html`<li key=${line.line_id}><bdi>${line.name}</bdi><span class="tabular">${amount(line.quantity, line.unit)}</span>
        <b class="tabular">${line.sample ? _("free") : line.total == null ? "" : money(line.total)}</b></li>`)}</ul></div>`)}
    <p class="portal-sum"><span>${_("Together")}</span> <b class="tabular" id="total">${money(session.total)}</b></p></section>`;
}

/** While the customer looks around: what the host shows, in one row. */
const Shown = ({ lines, onLook }) => html`<section class="portal-now" aria-label=${_("Your host shows")}>
  ${lines.map((line) => html`<button key=${line.line_id} type="button" class="portal-shown" onClick=${onLook}><${Picture} url=${line.picture_url} name=${line.name} />
    <span class="portal-what"><small class="portal-label">${_("Your host shows")}</small><bdi>${line.name}</bdi></span>${line.price != null && html`<b class="tabular">${money(line.price)}</b>`}</button>`)}</section>`;

const Now = ({ lines, visit }) => html`<section class="portal-now" aria-label=${_("Your host shows")}><p class="portal-label">${_("Your host shows")}</p>
  <ul class="portal-lines">${lines.map((line) => html`<${Line} key=${line.line_id} line=${line} visit=${visit} big=${true} />`)}</ul></section>`;

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
  const looking = tab === "shop" && visit.open;
  return html`
    <header class="portal-head"><h1 class="page-title"><bdi>${session.title}</bdi></h1>
      ${visit.open && html`<div class="portal-marks"><${Link} phase=${phase} /><${Clock} session=${session} /></div>`}</header>
    ${visit.open && html`<${Away} phase=${phase} />`}<${State} session=${session} zone=${zone} />
    ${visit.open && now.length > 0 && (looking ? html`<${Shown} lines=${now} onLook=${() => setTab("cart")} />` : html`<${Now} lines=${now} visit=${visit} />`)}
    ${visit.open && html`<${Tabs} tab=${tab} onTab=${setTab} count=${session.lines.length} />`}
    <div class="portal-panel">${looking ? html`<${Shop} visit=${visit} />` : session.status === "converted" ? html`<${Ordered} session=${session} />` : html`<${Cart} visit=${visit} />`}</div>
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
