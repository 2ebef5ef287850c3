/** What is being negotiated about a line: the open proposal with its answers, and how it came to it. */
import { _, Fault, html, money, timeOf, useState } from "./kit.js";
import { quantity } from "./words.js";

const STATES = {
  pending: _("open"), accepted: _("accepted"), rejected: _("rejected"), countered: _("countered"), withdrawn: _("withdrawn"), closed: _("closed"),
};

const Terms = ({ proposal, unit }) => html`
  <b class="tabular">${_("{quantity} at {price}", { quantity: quantity(proposal.quantity, unit), price: money(proposal.price) })}</b>`;

function Counter({ proposal, desk, onDone }) {
  const [fault, setFault] = useState(null);
  const submit = async (event) => {
    event.preventDefault();
    const form = new FormData(event.target);
    const body = { price: form.get("price").replace(",", "."), quantity: form.get("quantity").replace(",", "."), message: form.get("message").trim() };
    try {
      await desk.tried((calls) => calls.answer(proposal.proposal_id, "counter", body), _("Your proposal is with the customer."));
      onDone();
    } catch (error) {
      setFault(error);
    }
  };
  return html`
    <form class="counter" onSubmit=${submit}>
      <label>${_("Price of one")}<input name="price" required inputmode="decimal" autocomplete="off" defaultValue=${proposal.price} /></label>
      <label>${_("Quantity")}<input name="quantity" required inputmode="decimal" autocomplete="off" defaultValue=${String(Number(proposal.quantity))} /></label>
      <label class="counter-words">${_("Message")} <input name="message" maxlength="500" autocomplete="off" /></label>
      <div class="counter-acts"><button class="primary">${_("Send proposal")}</button><button type="button" onClick=${onDone}>${_("Cancel")}</button></div>
      <${Fault} error=${fault} />
    </form>`;
}

function Open({ proposal, line, desk }) {
  const [countering, counter] = useState(false);
  const [busy, setBusy] = useState(false);
  const answer = async (verb, words) => {
    setBusy(true);
    await desk.run((calls) => calls.answer(proposal.proposal_id, verb, {}), words);
    setBusy(false);
  };
  const theirs = proposal.made_by === "customer";
  return html`
    <div class=${`proposal${theirs ? " proposal-waits" : ""}`} data-proposal=${proposal.proposal_id}>
      <p>${theirs ? _("{name} proposes", { name: proposal.made_by_name }) : _("Your proposal, waiting for the customer:")} <${Terms} proposal=${proposal} unit=${line.unit} />
        ${proposal.message && html` <q><bdi>${proposal.message}</bdi></q>`}</p>
      ${theirs && desk.selling && !countering && html`<div class="proposal-acts">
        <button type="button" class="small primary" disabled=${busy} onClick=${() => answer("accept", _("Accepted."))}>${_("Accept")}</button>
        <button type="button" class="small" disabled=${busy} onClick=${() => counter(true)}>${_("Counter")}</button>
        <button type="button" class="small danger-quiet" disabled=${busy} onClick=${() => answer("reject", _("Rejected."))}>${_("Reject")}</button></div>`}
      ${countering && html`<${Counter} proposal=${proposal} desk=${desk} onDone=${() => counter(false)} />`}
    </div>`;
}

/** The strip below a line. */
export function Proposals({ line, desk }) {
  const all = desk.session.proposals.filter((one) => one.line_id === line.line_id);
  const open = all.find((one) => one.state === "pending");
  const past = all.filter((one) => one.state !== "pending");
  if (!all.length) return null;
  return html`
    <div class="line-talk">
      ${open && html`<${Open} key=${open.proposal_id} proposal=${open} line=${line} desk=${desk} />`}
      ${past.length > 0 && html`<details class="talk-past"><summary>${_("What was proposed before")} <span class="badge">${past.length}</span></summary>
        <ol>${past.map((one) => html`<li key=${one.proposal_id}><time>${timeOf(one.made_at)}</time> <bdi>${one.made_by_name || one.made_by}</bdi>:
          ${" "}<${Terms} proposal=${one} unit=${line.unit} /> – ${STATES[one.state] ?? one.state}${one.message && html` <q><bdi>${one.message}</bdi></q>`}</li>`)}</ol></details>`}
    </div>`;
}
