/** A line of the cart: what it is, what it costs, and what the customer can do with it. */
import { _, formatNumber, html, money, useState } from "./kit.js";
import { Propose } from "./propose.js";

export const Picture = ({ url, name, big }) => (url
  ? html`<img class=${`portal-picture${big ? " portal-picture-big" : ""}`} src=${url} alt="" loading="lazy" referrerpolicy="no-referrer" />`
  : html`<span class=${`portal-picture${big ? " portal-picture-big" : ""}`} aria-hidden="true">${[...name][0]?.toUpperCase()}</span>`);

export const amount = (quantity, unit) => `${formatNumber(Number(quantity))}${unit ? ` ${unit}` : ""}`;

/** The price, and how it moved. */
export function Price({ line }) {
  if (line.sample) return html`<p class="portal-price"><b>${_("Sample, free")}</b></p>`;
  if (line.price == null) return html`<p class="portal-price portal-ask">${_("Your host names the price")}</p>`;
  const before = line.price_before != null && Number(line.price_before) !== Number(line.price) ? line.price_before : null;
  const down = before != null && Number(line.price) < Number(before);
  return html`<p class="portal-price"><b class="tabular">${money(line.price)}</b>
    ${before != null && html` <span class=${down ? "portal-down" : "portal-up"}><span aria-hidden="true">${down ? "▼" : "▲"}</span>
      <span class="visually-hidden">${down ? _("down from") : _("up from")}</span> <s class="tabular">${money(before)}</s></span>`}
    ${line.agreed && html` <span class="badge badge-good">${_("Agreed")}</span>`}
    ${line.price_notes.map((note) => html` <span class="badge">${note}</span>`)}</p>`;
}

/** The quantity: one less, one more, or typed. */
function Stepper({ line, visit }) {
  const now = Number(line.quantity);
  const set = (quantity) => visit.change(line, { quantity: String(quantity) });
  const type = async (event) => {
    const typed = event.target.value.trim().replace(",", ".");
    if (typed === line.quantity || !(await set(typed))) event.target.value = line.quantity;
  };
  return html`<div class="portal-stepper" role="group" aria-label=${_("Quantity of {name}", { name: line.name })}>
    <button type="button" aria-label=${_("One less")} disabled=${visit.busy || now <= 1} onClick=${() => set(now - 1)}>−</button>
    <input inputmode="decimal" autocomplete="off" aria-label=${_("Quantity")} value=${line.quantity} onChange=${type} />
    <button type="button" aria-label=${_("One more")} disabled=${visit.busy} onClick=${() => set(now + 1)}>+</button>${line.unit && html`<span>${line.unit}</span>`}</div>`;
}

/** The proposal that waits for this line, with its answers. */
function Proposal({ line, visit }) {
  const all = visit.session.proposals.filter((one) => one.line_id === line.line_id);
  const one = all.find((it) => it.state === "pending") ?? all.findLast((it) => it.from_you && it.state === "rejected");
  if (!one) return null;
  const figures = { price: money(one.price), quantity: amount(one.quantity, line.unit) };
  if (one.state === "rejected") return html`<p class="hint">${_("Declined: {quantity} at {price}", figures)}</p>`;
  const answer = (verb) => () => visit.answer(one, verb);
  return html`<div class="portal-proposal"><p>${one.from_you ? _("You propose {quantity} at {price}. Your host answers.", figures) : _("Your host proposes {quantity} at {price}.", figures)}
      ${one.message && html`<br /><q><bdi>${one.message}</bdi></q>`}</p>
    ${visit.shopping && (one.from_you
      ? html`<button type="button" class="small quiet" disabled=${visit.busy} onClick=${answer("withdraw")}>${_("Take it back")}</button>`
      : html`<div class="portal-acts"><button type="button" class="small primary" disabled=${visit.busy} onClick=${answer("accept")}>${_("Accept")}</button>
          <button type="button" class="small" disabled=${visit.busy} onClick=${answer("reject")}>${_("Decline")}</button></div>`)}</div>`;
}

const NEXT = { to_purchase: ["interested", _("Only interested")], interested: ["to_purchase", _("Buy it")], sample_request: ["to_purchase", _("Buy it")] };

function Acts({ line, visit, onPropose }) {
  if (!visit.shopping || line.from_show) return null;
  const pending = visit.session.proposals.some((one) => one.line_id === line.line_id && one.state === "pending");
  const [intent, words] = NEXT[line.intent];
  return html`<div class="portal-acts">
    ${!line.sample && !pending && html`<button type="button" class="small" disabled=${visit.busy} onClick=${onPropose}>${_("Propose a price")}</button>`}
    <button type="button" class="small" disabled=${visit.busy} onClick=${() => visit.change(line, { intent })}>${words}</button>
    <button type="button" class="small quiet" disabled=${visit.busy} aria-label=${_("Take out {name}", { name: line.name })} onClick=${() => visit.remove(line)}>${_("Take out")}</button></div>`;
}

/** One line; `big` for what the host holds up now. */
export function Line({ line, visit, big }) {
  const [proposing, setProposing] = useState(false);
  const steps = visit.shopping && !line.from_show && !line.agreed;
  return html`
    <li class=${`portal-line${big ? " portal-big" : ""}${visit.glowing.has(line.line_id) ? " portal-glow" : ""}`} data-line=${line.line_id}>
      <${Picture} url=${line.picture_url} name=${line.name} big=${big} />
      <div class="portal-what"><h3><bdi>${line.name}</bdi></h3><${Price} line=${line} />
        ${line.from_show && html`<p class="hint">${_("Won in the show")}</p>`}</div>
      <div class="portal-figures">${steps ? html`<${Stepper} line=${line} visit=${visit} />` : html`<span class="tabular">${amount(line.quantity, line.unit)}</span>`}
        ${line.total != null && !line.sample && html`<b class="tabular portal-total">${money(line.total)}</b>`}</div>
      <${Proposal} line=${line} visit=${visit} />
      <${Acts} line=${line} visit=${visit} onPropose=${() => setProposing(true)} />
      ${proposing && html`<${Propose} line=${line} visit=${visit} onClose=${() => setProposing(false)} />`}
    </li>`;
}
