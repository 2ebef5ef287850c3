/** The cart in three groups: what is ordered, what may be, what is to be looked at. */
import { _, html, money } from "./kit.js";
import { Line } from "./line.js";
import { INTENTS } from "./words.js";

/** What a group comes to; the server has summed up what is to be bought. */
function sumOf(session, intent, lines) {
  if (intent === "to_purchase") return money(session.total);
  const cents = lines.reduce((sum, line) => sum + Math.round(Number(line.total ?? 0) * 100), 0);
  return intent === "interested" ? money(cents / 100) : "";
}

function Group({ intent, words, hint, lines, desk, on }) {
  const id = `group-${intent}`;
  return html`
    <section class=${`group group-${intent}`} aria-labelledby=${id}>
      <header class="group-head"><h2 id=${id}>${words} <span class="badge">${lines.length}</span></h2>
        <p class="group-hint">${hint}</p><p class="group-sum tabular">${lines.length ? sumOf(desk.session, intent, lines) : ""}</p></header>
      ${lines.length ? html`<ul class="lines">${lines.map((line) => html`<${Line} key=${line.line_id} line=${line} desk=${desk} on=${on} />`)}</ul>`
        : html`<p class="group-empty">${intent === "to_purchase" && desk.selling ? _("Nothing yet. Press / and type to add what is in stock.") : _("Nothing here.")}</p>`}
    </section>`;
}

export const Cart = ({ desk, on }) => html`
  <div class="cart" id="cart">
    ${INTENTS.map(([intent, words, hint]) => html`<${Group} key=${intent} intent=${intent} words=${words} hint=${hint}
      lines=${desk.session.lines.filter((line) => line.intent === intent)} desk=${desk} on=${on} />`)}
  </div>`;
