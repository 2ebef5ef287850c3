/** Sheets over the desk: prices, reasons, the way in for the customer. */
import { _, api, Fault, html, Modal, money, useEffect, useState } from "./kit.js";
import { dayOf, sourceWords, warningWords } from "./words.js";

/** A form in a sheet: `onSubmit(form)` throws what went wrong, which is shown; closes if nothing did. */
export function Sheet({ title, yes, danger, onSubmit, onClose, children, more }) {
  const [fault, setFault] = useState(null);
  const [busy, setBusy] = useState(false);
  const submit = async (event) => {
    event.preventDefault();
    setBusy(true);
    setFault(null);
    try {
      if (await onSubmit(new FormData(event.target)) !== false) onClose();
    } catch (error) {
      setFault(error);
    }
    setBusy(false);
  };
  return html`
    <${Modal} title=${title} onClose=${onClose}>
      <form class="fields" onSubmit=${submit}>${children}<${Fault} error=${fault} />
        <footer class="dialog-foot">${more}<button type="button" onClick=${onClose}>${_("Cancel")}</button>
          <button class=${danger ? "danger" : "primary"} disabled=${busy}>${yes}</button></footer></form>
    <//>`;
}

/** Why the customer may go over the limit. */
export function CreditReason({ error, onReason, onClose }) {
  return html`
    <${Sheet} title=${_("Over the credit limit")} yes=${_("Go on")} onClose=${onClose} onSubmit=${(form) => onReason(form.get("reason").trim())}>
      <p>${error.message}</p>
      <label>${_("Reason")}<input name="reason" required maxlength="500" autocomplete="off" data-focus /></label>
      <p class="hint">${_("Kept in the audit log with your name.")}</p>
    <//>`;
}

const VERBS = {
  end: [_("End the session?"), _("What the cart holds goes back into stock. The cart is kept; an order can still be made from it."), _("End session")],
  cancel: [_("Cancel the session?"), _("It never took place: nothing is ordered, and what the cart holds goes back into stock."), _("Cancel session")],
  kick: [_("Send the customer out?"), _("Their page closes with your reason, and they can't come back in. You keep the cart."), _("Send out")],
};

/** Ask before a session ends in one way or another, with a reason. */
export function Ending({ verb, desk, onClose }) {
  const [title, words, yes] = VERBS[verb];
  const submit = (form) => desk.tried((calls) => calls.run(verb, { reason: form.get("reason").trim() }));
  return html`
    <${Sheet} title=${title} yes=${yes} danger=${true} onClose=${onClose} onSubmit=${submit}>
      <p>${words}</p>
      <label>${verb === "kick" ? _("Reason, shown to the customer") : _("Reason")} <input name="reason" maxlength="500" autocomplete="off" data-focus /></label>
    <//>`;
}

const PriceFacts = ({ line, can }) => html`
  <dl class="why-list">
    <div><dt>${_("Now")}</dt><dd><b>${line.price == null ? _("No price") : money(line.price)}</b> · ${sourceWords(line.price_source)}</dd></div>
    ${line.price_detail && html`<div><dt>${_("Where from")}</dt><dd>${line.price_detail}</dd></div>`}
    ${line.price_before != null && html`<div><dt>${_("Before")}</dt><dd>${money(line.price_before)}</dd></div>`}
    ${can.costs && line.unit_cost != null && html`<div><dt>${_("Cost")}</dt><dd>${money(line.unit_cost)}${line.margin != null && ` · ${_("margin {margin} %", { margin: Number(line.margin) })}`}</dd></div>`}
    ${line.price_warnings.some(warningWords) && html`<div><dt>${_("Mind")}</dt><dd>${line.price_warnings.map(warningWords).filter(Boolean).join(", ")}</dd></div>`}
  </dl>`;

/** Take the price of the lot back, or that of the whole product. */
const dropped = (calls, line) => calls.dropOverride({ product_id: line.product_id, batch_id: line.batch_id }).catch((error) => {
  if (error.status !== 404) throw error;
  return calls.dropOverride({ product_id: line.product_id });
});

/** A price of this session's own, with what stands against it. */
export function PriceSheet({ line, desk, onClose }) {
  const [price, setPrice] = useState(line.price ?? "");
  const [sure, ask] = useState(null);
  const value = Number(String(price).replace(",", "."));
  const below = desk.can.costs && line.unit_cost != null && String(price).trim() !== "" && value < Number(line.unit_cost);
  const agreed = line.price_source === "agreed";
  const which = { product_id: line.product_id };
  const submit = async (form) => {
    const wanted = { ...which, price: form.get("price").trim().replace(",", "."), reason: form.get("reason").trim(), ...(sure ? { sure: true } : {}) };
    if (form.get("this_lot")) wanted.batch_id = line.batch_id;
    try {
      await desk.tried((calls) => calls.override(wanted), _("{name} costs {price} now.", { name: line.name, price: money(wanted.price) }));
    } catch (error) {
      if (error.code !== "price_refused" || error.data.needs !== "sure" || sure) throw error;
      ask(error);
      return false;
    }
    return true;
  };
  const drop = () => desk.run((calls) => dropped(calls, line), _("The price follows the rules again.")).then((done) => done && onClose());
  const withdraw = () => desk.run((calls) => calls.withdraw(line.line_id), _("The agreement is withdrawn.")).then((done) => done && onClose());
  const takeBack = agreed ? html`<button type="button" onClick=${withdraw}>${_("Withdraw the agreement")}</button>`
    : line.price_source === "override" ? html`<button type="button" onClick=${drop}>${_("Back to the rules")}</button>` : null;
  if (!desk.selling || !line.product_id || agreed) {
    return html`<${Modal} title=${line.name} onClose=${onClose}><${PriceFacts} line=${line} can=${desk.can} />
      ${agreed && html`<p class="hint">${_("Both sides agreed on this price: it stays until you withdraw the agreement.")}</p>`}
      <footer class="dialog-foot">${desk.selling && takeBack}<button type="button" class="primary" onClick=${onClose}>${_("Close")}</button></footer><//>`;
  }
  return html`
    <${Sheet} title=${_("Price of {name}", { name: line.name })} yes=${sure ? _("Yes, this price") : _("Set price")} danger=${Boolean(sure)} onClose=${onClose} onSubmit=${submit} more=${takeBack}>
      <${PriceFacts} line=${line} can=${desk.can} />
      <label>${_("Price of one, in this session")}<input name="price" required inputmode="decimal" autocomplete="off" value=${price} data-focus
        onInput=${(event) => { setPrice(event.target.value); ask(null); }} onFocus=${(event) => event.target.select()} /></label>
      ${below && html`<p class="notice notice-warn" role="status">${_("This is below the cost of {cost}.", { cost: money(line.unit_cost) })}</p>`}
      <label><span>${_("Reason")} <small>${_("optional")}</small></span><input name="reason" maxlength="500" autocomplete="off" /></label>
      <label class="check"><input type="checkbox" name="this_lot" />${_("Only for this lot, not for all of the product")}</label>
      ${sure && html`<p class="notice notice-bad" role="alert"><b>${_("Are you sure?")}</b> ${sure.message}</p>`}
    <//>`;
}

/** The customer's way in: a link, a code, a picture to scan. */
export function Access({ desk, onClose }) {
  const [given, setGiven] = useState(null);
  const [fault, setFault] = useState(null);
  useEffect(() => { desk.calls.access(desk.session.customer_id).then(setGiven, setFault); }, []);
  useEffect(() => {
    if (!given || given.qr) return;
    api("POST", "/live/qr", { text: given.link }).then((made) => setGiven((now) => ({ ...now, qr: made.picture })), () => {});
  }, [given]);
  return html`
    <${Modal} title=${_("Send {name} the way in", { name: desk.session.name })} onClose=${onClose}>
      <${Fault} error=${fault} />
      ${!given && !fault && html`<p class="hint">${_("Making a link…")}</p>`}
      ${given && html`<div class="access">
        <div class="access-qr">${given.qr && html`<img src=${given.qr} width="180" height="180" alt=${_("The link as a QR code")} />`}</div>
        <div class="access-ways">
          <p><b>${_("Link")}</b><br /><bdi class="access-link">${given.link}</bdi> <button type="button" class="small" data-copy=${given.link}>${_("Copy link")}</button></p>
          <p><b>${_("Or this code")}</b><br /><span class="room-code">${given.code}</span> <button type="button" class="small" data-copy=${given.code}>${_("Copy code")}</button></p>
          <p class="hint">${_("Works once, until {time}. Send it to {name} only.", { time: dayOf(given.expires_at), name: desk.session.name })}</p></div></div>`}
      <footer class="dialog-foot"><button type="button" class="primary" onClick=${onClose}>${_("Done")}</button></footer>
    <//>`;
}
