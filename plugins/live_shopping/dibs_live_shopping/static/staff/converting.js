/** From the cart to the order: what it comes to, what stands in the way, and where the order is. */
import { _, html, Modal, money, ngettext } from "./kit.js";
import { Sheet } from "./sheets.js";
import { quantity } from "./words.js";

/** What a host should know before, most pressing first. */
function concerns(session) {
  const bought = session.lines.filter((line) => line.intent === "to_purchase");
  const open = session.proposals.filter((one) => one.state === "pending").length;
  const [unpriced, unsure] = [bought.filter((line) => line.price == null), bought.filter((line) => line.needs_confirmation && line.price != null)];
  return [
    ...unpriced.map((line) => _("{name} has no price yet.", { name: line.name })),
    ...unsure.map((line) => _("The price of {name} is not confirmed yet.", { name: line.name })),
    ...(open ? [ngettext("{n} proposal is still open: it closes with the session.", "{n} proposals are still open: they close with the session.", open)] : []),
    ...(session.credit?.state === "exceeded" ? [_("The customer is over the credit limit.")] : []),
  ];
}

const Rows = ({ lines }) => html`<ul class="convert-rows">${lines.map((line) => html`
  <li key=${line.line_id}><bdi>${line.name}</bdi><span class="tabular">${quantity(line.quantity, line.unit)}</span>
    <b class="tabular">${line.sample ? _("free") : line.total == null ? "–" : money(line.total)}</b></li>`)}</ul>`;

export function Converting({ desk, onClose }) {
  const { session } = desk;
  if (session.order_id) return html`<${Made} session=${session} onClose=${onClose} />`;
  const of = (intent) => session.lines.filter((line) => line.intent === intent);
  const [bought, kept, samples] = [of("to_purchase"), of("interested"), of("sample_request")];
  const late = desk.over;
  const convert = () => desk.credited((calls, more) => calls.convert({ ...(late ? { late: true } : {}), ...more })).then(() => false);
  if (!bought.length) {
    return html`<${Modal} title=${_("Nothing to order yet")} onClose=${onClose}><p>${_("Move lines to “To purchase”, or add something first.")}</p>
      <footer class="dialog-foot"><button type="button" class="primary" onClick=${onClose}>${_("Back to the cart")}</button></footer><//>`;
  }
  return html`
    <${Sheet} title=${late ? _("Make the order late?") : _("Make the order?")} yes=${_("Make order for {total}", { total: money(session.total) })} onClose=${onClose} onSubmit=${convert}>
      ${late && html`<p>${_("What the cart held was given back. Stock, prices and credit are checked again first; if something is missing, nothing is ordered.")}</p>`}
      ${concerns(session).length > 0 && html`<ul class="confirm-notes">${concerns(session).map((note) => html`<li key=${note}>${note}</li>`)}</ul>`}
      <${Rows} lines=${bought} />
      <p class="convert-total"><span>${_("Total")}</span><b class="tabular">${money(session.total)}</b></p>
      ${samples.length > 0 && html`<h3>${_("Samples, not charged")}</h3><${Rows} lines=${samples} />`}
      ${kept.length > 0 && html`<p class="hint">${ngettext("{n} line stays “Interested” and is not ordered; what it holds goes back into stock.", "{n} lines stay “Interested” and are not ordered; what they hold goes back into stock.", kept.length)}</p>`}
    <//>`;
}

const Made = ({ session, onClose }) => html`
  <${Modal} title=${_("Order {number} was made", { number: session.order_number ?? "" })} onClose=${onClose}>
    <p>${_("{total} for {name}. The session is closed.", { total: money(session.total), name: session.name })}</p>
    <footer class="dialog-foot"><button type="button" onClick=${onClose}>${_("Stay here")}</button>
      <a class="button primary" href=${`/orders/${session.order_id}`} data-focus>${_("Open the order")}</a></footer>
  <//>`;
