/** One line of the cart: what it is, how many, at what price, and what may be done about it. */
import { _, html, money } from "./kit.js";
import { Proposals } from "./proposals.js";
import { Stepper } from "./stepper.js";
import { INTENTS, quantity, sourceWords, warningWords } from "./words.js";

const SYMBOLS = {
  star: "m8 1.6 1.9 4 4.4.5-3.3 3 .9 4.300L8 11.200l-3.900 2.200.9-4.300-3.300-3 4.400-.5z",
  cross: "m3.600 2.500 4.400 4.400 4.400-4.400 1.100 1.100L9.100 8l4.400 4.400-1.100 1.100L8 9.100l-4.400 4.400-1.100-1.100L6.900 8 2.500 3.600z",
};
const Symbol = ({ name, hollow }) => html`
  <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
    <path d=${SYMBOLS[name]} fill=${hollow ? "none" : "currentColor"} stroke=${hollow ? "currentColor" : "none"} stroke-width="1.3" /></svg>`;

/** A picture, or the first letter where there is none: the same room either way. */
export const Picture = ({ url, name }) => html`
  <span class="picture" aria-hidden="true">${url ? html`<img src=${url} alt="" loading="lazy" decoding="async" referrerpolicy="no-referrer" />` : (name || "?").slice(0, 1).toUpperCase()}</span>`;

/** Whether the customer sees no price because it is the bare cost; of a sample nobody asks. */
const unsure = (line) => line.needs_confirmation && line.price != null && !line.sample;

function added(line) {
  if (line.added_by === "show") return _("Won in the show");
  return line.added_by === "customer" ? _("Added by {name}", { name: line.added_by_name || _("the customer") }) : "";
}

function Marks({ line }) {
  const from = added(line);
  return html`
    <span class="line-marks">
      ${line.batch_code && html`<bdi class="line-code">${line.batch_code}</bdi>`}
      ${line.price_warnings.filter((warning) => warningWords(warning) && !unsure(line)).map((warning) => html`<span key=${warning} class="badge badge-warn">${warningWords(warning)}</span>`)}
      ${line.price_notes.map((note) => html`<span key=${note} class="badge badge-good">${note}</span>`)}
      ${line.picked_at && html`<span class="badge badge-good">${_("Fetched")}</span>`}
      ${line.available != null && Number(line.available) === 0 && html`<span class="badge">${_("That was the last")}</span>`}
      ${from && html`<span class="line-from">${from}</span>`}
    </span>`;
}

function Moved({ line }) {
  if (line.price_before == null || line.price == null || Number(line.price_before) === Number(line.price)) return null;
  const down = Number(line.price) < Number(line.price_before);
  return html`<span class=${`moved ${down ? "moved-down" : "moved-up"}`}><span aria-hidden="true">${down ? "↓" : "↑"}</span>
    <span class="visually-hidden">${_("before:")} </span><s>${money(line.price_before)}</s></span>`;
}

function Price({ line, onPrice, can }) {
  const label = line.price == null ? _("No price") : money(line.price);
  return html`
    <div class="line-price">
      <span class="price-now"><${Moved} line=${line} /><button type="button" class="price-button" onClick=${onPrice}
        aria-label=${_("Price of {name}: {price}", { name: line.name, price: label })}><b class=${line.price == null ? "price-none" : ""}>${label}</b></button></span>
      <span class="price-source" title=${line.price_detail || undefined}>${line.price == null ? "" : sourceWords(line.price_source)}</span>
      ${can.costs && html`<span class="price-cost">${line.unit_cost == null ? _("Cost unknown")
        : _("Cost {cost} · {margin}", { cost: money(line.unit_cost), margin: line.margin == null ? "–" : `${Number(line.margin)} %` })}</span>`}
    </div>`;
}

function Acts({ line, desk }) {
  const set = (change) => desk.changeOrTell(line.line_id, change);
  const move = async ({ target }) => {
    await set({ intent: target.value });
    target.value = desk.line(line.line_id)?.intent ?? target.value; // a refusal leaves it where it was
  };
  return html`
    <div class="line-acts">
      <button type="button" class="quiet icon-only star" aria-pressed=${line.highlighted} aria-label=${_("Highlight {name}", { name: line.name })}
        onClick=${() => set({ highlighted: !line.highlighted })}><${Symbol} name="star" hollow=${!line.highlighted} /></button>
      <select aria-label=${_("What {name} is for", { name: line.name })} value=${line.intent} onChange=${move}>
        ${INTENTS.map(([intent, words]) => html`<option key=${intent} value=${intent}>${words}</option>`)}</select>
      <button type="button" class="quiet icon-only" aria-label=${_("Remove {name}", { name: line.name })} onClick=${() => desk.remove(line)}><${Symbol} name="cross" /></button>
    </div>`;
}

export function Line({ line, desk, on }) {
  const open = desk.selling;
  const confirm = () => desk.run((calls) => calls.confirmPrice(line.line_id), _("The customer sees the price now."));
  return html`
    <li class=${`line${open && line.highlighted ? " line-high" : ""}${desk.glowing.has(line.line_id) ? " line-glow" : ""}`} data-line=${line.line_id}>
      <div class="line-row">
        <${Picture} url=${line.picture_url} name=${line.name} />
        <div class="line-what"><bdi class="line-name">${line.name}</bdi><${Marks} line=${line} /></div>
        ${open ? html`<${Stepper} value=${line.quantity} unit=${line.unit} name=${line.name} disabled=${line.claim_id != null}
            onWant=${(wanted) => on.quantity(line, wanted)} onNone=${() => desk.remove(line)} />`
          : html`<p class="stepper-still tabular">${quantity(line.quantity, line.unit)}</p>`}
        <${Price} line=${line} onPrice=${() => on.price(line)} can=${desk.can} />
        <p class="line-total tabular">${line.sample ? _("free") : line.total == null ? "–" : money(line.total)}</p>
        ${open && html`<${Acts} line=${line} desk=${desk} />`}
      </div>
      ${line.price == null && !line.sample && html`<p class="line-problem" role="note">${line.price_detail || _("There is no price for this.")} ${open && html`<button type="button" class="small" onClick=${() => on.price(line)}>${_("Set a price")}</button>`}</p>`}
      ${open && unsure(line) && html`<p class="line-problem" role="note">${_("The customer sees no price until you confirm this one.")}
        ${" "}<button type="button" class="small" onClick=${confirm}>${_("Confirm {price}", { price: money(line.price) })}</button>
        ${" "}<button type="button" class="small" onClick=${() => on.price(line)}>${_("Set a price")}</button></p>`}
      <${Proposals} line=${line} desk=${desk} />
    </li>`;
}
