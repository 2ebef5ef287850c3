/** What the other side has just done, in one sentence. */
import { _, html } from "./kit.js";

const nameOf = (news) => news.session.lines.find((line) => line.line_id === news.line_id)?.name ?? "";
const WORDS = {
  "customer.joined": () => _("The customer is here."),
  "checkout.requested": () => _("The customer is ready to buy."),
  "line.added": (name) => _("The customer added {name}.", { name }),
  "line.changed": (name) => _("The customer changed {name}.", { name }),
  "line.removed": () => _("The customer took something out."),
  "proposal.made": (name) => _("The customer proposes a price for {name}.", { name }),
  "proposal.answered": (name) => _("The customer answered about {name}.", { name }),
  "session.warned": () => _("The session runs out soon: extend it, or make the order."),
  "session.expired": () => _("The session has run out. What it held is back in stock."),
};
const SHOW = {
  "line.added": (name) => _("Won in the show: {name}.", { name }),
  "line.removed": () => _("A claim was released in the show, its line is gone."),
};

/** The sentence for an event, "" if there is nothing to say. */
export function newsWords(news) {
  if (!news) return "";
  const words = (news.by === "show" && SHOW[news.type]) || WORDS[news.type];
  return words ? [words(nameOf(news)), news.message && `“${news.message}”`].filter(Boolean).join(" ") : "";
}

/** The quiet line; it covers nothing and moves nothing. */
export const News = ({ news }) => {
  const words = newsWords(news);
  return html`<div class="desk-news" aria-live="polite">${words && html`<p class="note">${words}</p>`}</div>`;
};

/** What became of the session: the way to its order. */
export const Ordered = ({ session }) => (session.order_id ? html`
  <div class="banner-checkout" role="status"><p><b>${_("This session became order {number}.", { number: session.order_number ?? "" })}</b> ${_("{name} sees it as ordered.", { name: session.name })}</p>
    <a class="button primary" href=${`/orders/${session.order_id}`}>${_("Go to order {number}", { number: session.order_number ?? "" })}</a></div>` : null);

/** What waits for the host: shown until it is answered. */
export const Waiting = ({ desk, on }) => (desk.session.checkout_requested_at && desk.selling ? html`
  <div class="banner-checkout" role="alert"><p><b>${_("{name} is ready to buy.", { name: desk.session.name })}</b> ${_("Check the cart and make the order, or say that you have seen it.")}</p>
    <div class="banner-acts"><button type="button" class="primary" onClick=${on.convert}>${_("Make order")}</button>
      <button type="button" onClick=${() => desk.run((calls) => calls.checkoutAnswered(), _("Noted."))}>${_("Seen, not yet")}</button></div></div>` : null);
