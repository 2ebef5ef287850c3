/** The drawer of one item: who won, who waits, and what an operator may do about it. */
import { html, useEffect, useRef, useState } from "./html.js";
import { count, itemLabel, plural, timeOf } from "./format.js";
import { Award } from "./award.js";
import { Modal } from "./dialogs.js";
import { Icon } from "./views.js";

const RELOAD_MS = 250;

/** Two clicks instead of a question on top of a question. */
function Release({ claim, onRelease }) {
  const [sure, setSure] = useState(false);
  const [busy, setBusy] = useState(false);
  const yes = useRef(null);
  useEffect(() => { if (sure) yes.current?.focus(); }, [sure]);
  const name = claim.handle ?? "unknown";
  if (!sure) {
    return html`<button type="button" class="small" aria-label=${`Release the claim of ${name}`}
      onClick=${() => setSure(true)}>Release</button>`;
  }
  const go = async () => {
    setBusy(true);
    await onRelease(claim);
    setBusy(false);
    setSure(false);
  };
  return html`<span class="sure"><button type="button" class="small danger" disabled=${busy} onClick=${go} ref=${yes}
      aria-label=${`Yes, release the claim of ${name}`}>Yes, release</button>
    <button type="button" class="small" onClick=${() => setSure(false)}>Keep</button></span>`;
}

const Person = ({ claim, place, onRelease, onWhy }) => html`
  <li class="person">
    ${place && html`<span class="place">${place}</span>`}
    <span class="person-who"><bdi class="handle">${claim.handle ?? "Hidden author"}</bdi>
      <time dateTime=${claim.posted_at}>${timeOf(claim.posted_at)}</time></span>
    <span class="times">×${count(claim.quantity)}</span>
    <button type="button" class="small why" onClick=${() => onWhy(claim)} aria-label=${`Why ${claim.handle ?? "unknown"}?`}>why?</button>
    ${onRelease && html`<${Release} claim=${claim} onRelease=${onRelease} />`}
  </li>`;

/** Change the total; a refusal names who has won. */
function Quantity({ item, onSave }) {
  const [fault, setFault] = useState(null);
  const [value, setValue] = useState(null);
  const submit = async (event) => {
    event.preventDefault();
    setFault(null);
    try {
      await onSave({ total_quantity: Number(value ?? item.total_quantity), version: item.version });
      setValue(null);
    } catch (error) {
      setFault(error);
    }
  };
  return html`
    <form class="inline-form" onSubmit=${submit}>
      <label>Total quantity
        <input type="number" min="0" max="1000000" required value=${value ?? item.total_quantity}
          onInput=${(event) => setValue(event.target.value)} /></label>
      <button disabled=${value == null || Number(value) === item.total_quantity}>Change</button>
      ${fault && html`<div class="fault" role="alert"><p>${fault.message}</p>
        ${fault.data.winners?.length ? html`<p>Release somebody first:
          ${fault.data.winners.map((name, index) => html`${index ? ", " : " "}<bdi>${nameOf(name)}</bdi>`)}.</p>` : null}</div>`}
    </form>`;
}

const nameOf = (winner) => (typeof winner === "string" ? winner : (winner.handle ?? winner.name ?? "unknown"));

function useDetail(api, itemId, item) {
  const [detail, setDetail] = useState(null);
  const [fault, setFault] = useState(null);
  const [again, setAgain] = useState(0);
  useEffect(() => {
    let current = true;
    const timer = setTimeout(async () => {
      try {
        const answer = await api.item(itemId);
        if (current) setDetail(answer), setFault(null);
      } catch (error) {
        if (current) setFault(error);
      }
    }, detail ? RELOAD_MS : 0);
    return () => { current = false; clearTimeout(timer); };
  }, [itemId, item, again]);
  return [detail, fault, () => setAgain((now) => now + 1)];
}

const Heading = ({ item }) => html`
  <span class="drawer-title"><span class="item-number"><bdi>${item.item_number}</bdi></span>
    <span><bdi>${item.title || "Untitled"}</bdi>${item.variant && html` <bdi class="variant">${item.variant}</bdi>`}
      ${item.price && html` <span class="price">${item.price}</span>`}</span></span>`;

export function ItemDrawer({ api, item, pinned, can, act, onWhy, onClose }) {
  const [detail, fault, reload] = useDetail(api, item.item_id, item);
  const [awarding, setAwarding] = useState(false);
  const left = item.total_quantity - item.claimed_count;
  const release = can.run ? async (claim) => {
    await act(() => api.decide(claim.claim_id, "release"), `Released ${claim.handle ?? "the claim"}.`);
    document.querySelector("dialog.drawer h2")?.focus();
    reload();
  } : null;
  const pin = () => act(() => api.pin(pinned ? null : item.item_id), pinned ? "Nothing is on now." : `${itemLabel(item)} is on now.`);
  const more = detail && detail.waitlist_total - detail.waitlist.length;
  return html`
    <${Modal} kind="drawer" title=${html`<${Heading} item=${item} />`} onClose=${onClose}>
      <p class="drawer-sum"><b>${count(item.claimed_count)}</b> of ${plural(item.total_quantity, "unit")} won,
        <b> ${count(left)}</b> left, <b>${count(item.waitlist_count)}</b> waiting</p>
      ${can.run && html`<div class="drawer-acts">
        <button type="button" onClick=${pin} aria-pressed=${pinned}><${Icon} name="pin" />${pinned ? "On now – unpin" : "Put on now"}</button>
        <button type="button" onClick=${() => setAwarding(!awarding)} aria-expanded=${awarding}><${Icon} name="plus" />Award by hand</button>
      </div>`}
      ${can.run && awarding && html`<${Award} api=${api} item=${item} onDone=${reload} act=${act} />`}
      ${can.write && html`<${Quantity} item=${item} onSave=${async (change) => { await api.editItem(item.item_id, change); reload(); }} />`}
      ${fault && html`<p class="fault" role="alert">${fault.message} <button type="button" class="small" onClick=${reload}>Try again</button></p>`}
      <h3>Winners ${detail && html`<span class="panel-count">${count(detail.winners.length)}</span>`}</h3>
      ${!detail ? html`<p class="hint">Loading…</p>` : html`
        <ul class="people">${detail.winners.map((claim) => html`
          <${Person} key=${claim.claim_id} claim=${claim} onRelease=${release} onWhy=${onWhy} />`)}
          ${!detail.winners.length && html`<li class="hint">Nobody has won this yet.</li>`}</ul>
        <h3>Waitlist <span class="panel-count">${count(detail.waitlist_total)}</span></h3>
        <ol class="people">${detail.waitlist.map((claim, index) => html`
          <${Person} key=${claim.claim_id} claim=${claim} place=${claim.waitlist_position ?? index + 1} onRelease=${release} onWhy=${onWhy} />`)}
          ${!detail.waitlist.length && html`<li class="hint">Nobody waits.</li>`}
          ${more > 0 && html`<li class="hint">and ${count(more)} more</li>`}</ol>`}
    <//>`;
}
