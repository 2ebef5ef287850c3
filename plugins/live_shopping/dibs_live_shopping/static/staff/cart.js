/** The cart in three groups: what is ordered, what may be, what is to be looked at. */
import { _, html, money } from "./kit.js";
import { Line } from "./line.js";
import { INTENTS } from "./words.js";

const sumOf = (session, intent) => (intent === "to_purchase" ? money(session.total)
  : intent === "interested" && session.credit ? money(session.credit.interested) : "");

function Group({ intent, words, hint, lines, desk, on }) {
  const id = `group-${intent}`;
  return html`
    <section class=${`group group-${intent}`} aria-labelledby=${id}>
      <header class="group-head"><h2 id=${id}>${words} <span class="badge">${lines.length}</span></h2>
        <p class="group-hint">${hint}</p><p class="group-sum tabular">${lines.length ? sumOf(desk.session, intent) : ""}</p></header>
      ${lines.length ? html`<ul class="lines">${lines.map((line) => html`<${Line} key=${line.line_id} line=${line} desk=${desk} on=${on} />`)}</ul>`
        : html`<p class="group-empty">${intent === "to_purchase" && desk.selling ? _("Nothing yet. Press / and type to add what is in stock.") : _("Nothing here.")}</p>`}
    </section>`;
}

export const Cart = ({ desk, on }) => html`
  <div class="cart" id="cart">
    ${INTENTS.map(([intent, words, hint]) => html`<${Group} key=${intent} intent=${intent} words=${words} hint=${hint}
      lines=${desk.session.lines.filter((line) => line.intent === intent)} desk=${desk} on=${on} />`)}
  </div>`;
