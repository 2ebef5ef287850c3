/** The cards of the review lane: what was written, what was read in it, why nobody decided it yet, and what to do. */
import { _, ngettext } from "../lib/i18n.js";
import { html, useEffect, useRef, useState } from "./html.js";
import { authorOf, count, itemLabel, nameOf, timeOf } from "./format.js";
import { likely } from "./forms.js";
import { commentOf } from "./state.js";
import { Icon } from "./views.js";
import { reasonWords, ruleWords } from "./words.js";

const told = new Map();

/** The text of a claim's comment: as loaded, else asked for once. */
function useText(store, claim) {
  const loaded = claim.comment_no == null ? null : commentOf(store.state, claim.comment_no)?.text;
  const [text, setText] = useState(loaded ?? told.get(claim.claim_id) ?? null);
  useEffect(() => {
    if (text != null) return;
    store.api.why(claim.claim_id).then(({ comment }) => {
      told.set(claim.claim_id, comment?.text ?? "");
      setText(comment?.text ?? "");
    }, () => {});
  }, [claim.claim_id]);
  return text;
}

const Card = ({ index, active, label, children, onNear }) => html`
  <article class="look" data-look=${index} tabindex=${active ? "0" : "-1"} aria-label=${label} onPointerEnter=${onNear}>${children}</article>`;

const Who = ({ claim, blocked, onBuyer, at }) => html`
  <p class="look-who"><time dateTime=${at}>${timeOf(at)}</time>
    ${claim.buyer_id && onBuyer ? html`<button type="button" class="plain handle" onClick=${() => onBuyer(claim)}><bdi>${nameOf(claim)}</bdi></button>`
      : html`<bdi class="handle">${nameOf(claim)}</bdi>`}
    ${blocked && html`<span class="blocked-mark"><${Icon} name="blocked" />${_("blocked")}</span>`}</p>`;

/** What was read: item, quantity, rule and how sure. */
const Read = ({ claim }) => html`
  <p class="look-read">${claim.kind === "pass" ? _("Read as giving back") : _("Read as a claim for")} <b><bdi>${itemLabel(claim)}</bdi></b>${
    claim.quantity > 1 ? ` ×${count(claim.quantity)}` : ""}${claim.rule ? html` <span class="hint">(${ruleWords(claim.rule)}${
    claim.confidence != null ? `, ${_("{n} % sure", { n: Math.round(claim.confidence * 100) })}` : ""})</span>` : null}</p>`;

const option = (item) => html`
  <option key=${item.item_id} value=${item.item_id}>${itemLabel(item)}${item.title && ` – ${item.title}`}
    ${` (${_("{n} left", { n: count(item.total_quantity - item.claimed_count) })})`}</option>`;

export function DoubtfulCard({ claim, index, active, items, state, store, can, onDecide, onGive, onBuyer, onWhy }) {
  const text = useText(store, claim);
  const sorted = likely(items, text ?? claim.item_number, claim.item_number);
  const suggested = claim.item_id ?? (sorted.named.length === 1 ? sorted.named[0].item_id : "");
  const [picked, setPicked] = useState(null);
  const [[busy, setBusy], [near, setNear]] = [useState(false), useState(false)];
  const item = picked ?? suggested;
  const offered = active || near ? sorted.all : sorted.all.filter((one) => one.item_id === item); // long lists only where they are used
  const choice = useRef(null);
  const decide = async (verb) => {
    if (verb === "accept" && !item && claim.kind !== "pass") return choice.current?.focus();
    setBusy(true);
    await onDecide(claim, verb, verb === "accept" && item && item !== claim.item_id ? { item_id: item } : {});
    return setBusy(false);
  };
  const comment = { text: text ?? "", buyer_id: claim.buyer_id, author: { name: claim.handle }, reviewed: claim };
  return html`
    <${Card} index=${index} active=${active} onNear=${() => setNear(true)}
      label=${_("{name}: {reason}", { name: nameOf(claim), reason: reasonWords(claim.reason) })}>
      <${Who} claim=${claim} at=${claim.posted_at} blocked=${state.blockedView.has(claim.buyer_id)} onBuyer=${onBuyer} />
      ${text != null && html`<p class="look-text"><q><bdi>${text}</bdi></q></p>`}
      <p class="look-reason"><${Icon} name="look" />${reasonWords(claim.reason) || _("not sure enough")}</p>
      <${Read} claim=${claim} />
      ${can.run && html`<div class="look-foot">
        ${claim.kind !== "pass" && html`<label class="look-item"><span class="visually-hidden">${_("Item")}</span><select ref=${choice} value=${item} onChange=${(event) => setPicked(event.target.value)}>
          ${!item && html`<option value="">${_("Choose the item")}</option>`}
          ${offered.map(option)}</select></label>`}
        <p class="look-acts">
          <button type="button" class="small strong" data-do="accept" disabled=${busy} onClick=${() => decide("accept")}>${_("Accept")}</button>
          <button type="button" class="small" data-do="decline" disabled=${busy} onClick=${() => decide("decline")}>${_("Decline")}</button>
          <button type="button" class="small quiet" onClick=${() => onGive(comment)}>${_("Give to…")}</button>
          <button type="button" class="small why" onClick=${() => onWhy(claim)} aria-label=${_("Why? {name}, {item}", { name: nameOf(claim), item: itemLabel(claim) })}>${_("why?")}</button></p></div>`}
    <//>`;
}

export const MissingCard = ({ number, claims, index, active, can, onAdd, onBuyer }) => html`
  <${Card} index=${index} active=${active} label=${ngettext("{number}: {n} claim, no such item", "{number}: {n} claims, no such item", claims.length, { number })}>
    <p class="look-number"><b><bdi>${number || _("no code")}</bdi></b> <span>${ngettext("{n} claim", "{n} claims", claims.length)}</span></p>
    <p class="look-names">${claims.slice(0, 6).map((claim) => html`<span key=${claim.claim_id}>${claim.buyer_id && onBuyer
      ? html`<button type="button" class="plain handle" onClick=${() => onBuyer(claim)}><bdi>${nameOf(claim)}</bdi></button>` : html`<bdi class="handle">${nameOf(claim)}</bdi>`}</span> `)}
      ${claims.length > 6 && html`<span class="hint">${ngettext("and {n} more", "and {n} more", claims.length - 6)}</span>`}</p>
    ${can.write && onAdd && html`<p class="look-acts"><button type="button" class="small strong" data-do="accept"
      onClick=${() => onAdd({ item_number: number })}>${_("Create item")}</button>
      <span class="hint">${_("Then they are decided in their order.")}</span></p>`}
  <//>`;

export function UnclearCard({ comment, index, active, state, can, onGive, onAside, onBuyer }) {
  const who = { buyer_id: comment.buyer_id, handle: authorOf(comment) };
  return html`
    <${Card} index=${index} active=${active} label=${_("{name}: {reason}", { name: nameOf(who), reason: reasonWords(comment.reason) })}>
      <${Who} claim=${who} at=${comment.posted_at} blocked=${state.blockedView.has(comment.buyer_id)} onBuyer=${onBuyer} />
      <p class="look-text"><q><bdi>${comment.text}</bdi></q></p>
      <p class="look-reason"><${Icon} name="look" />${reasonWords(comment.reason)}</p>
      ${can.run && html`<p class="look-acts">
        <button type="button" class="small" data-do="accept" onClick=${() => onGive(comment)}
          aria-label=${_("Give item to {name}", { name: nameOf(who) })}>${_("Give item")}</button>
        <button type="button" class="small quiet" data-do="decline" onClick=${() => onAside(comment.comment_no)}>${_("Put aside")}</button></p>`}
    <//>`;
}
