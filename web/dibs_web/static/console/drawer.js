/** The drawer of one item: who won, who waits, and what an operator may do about it. */
import { _, ngettext } from "../lib/i18n.js";
import { html, useEffect, useState } from "./html.js";
import { count, itemLabel, money } from "./format.js";
import { useParts } from "./live.js";
import { Award } from "./award.js";
import { Modal } from "./dialogs.js";
import { Delete, Details, Place, Quantity } from "./item_forms.js";
import { Person } from "./people.js";
import { Fault, Icon } from "./views.js";

const RELOAD_MS = 250;

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
    <span><bdi>${item.title || _("Untitled")}</bdi>${item.variant && html` <bdi class="variant">${item.variant}</bdi>`}
      ${item.price && html` <span class="price">${money(item.price)}</span>`}</span></span>`;

/** Everything about the item itself, folded away until it is wanted. */
const Edit = ({ item, state, acts, api, touched, onMove, onSave, onGone }) => html`
  <details class="edit"><summary>${_("Edit item")}</summary>
    <div class="edit-inside"><${Details} item=${item} onSave=${onSave} />
    <${Place} item=${item} order=${state.order} onMove=${onMove} />
    <${Delete} item=${item} touched=${touched} onDelete=${async () => {
      if (await acts.run(() => api.deleteItem(item.item_id), _("Deleted item {item}.", { item: itemLabel(item) }))) onGone();
    }} /></div></details>`;

export function ItemDrawer({ store, id, can, acts, marks, onMove, onOnly, onBuyer, onWhy, onClose }) {
  const { api } = store;
  const state = useParts(store, "items", "claims");
  const item = state.items.get(id);
  const [detail, fault, reload] = useDetail(api, id, item);
  const [awarding, setAwarding] = useState(false);
  useEffect(() => { if (!item) onClose(); }, [item]);
  if (!item) return null;
  const pinned = state.show?.pinned_item_id === id;
  const left = item.total_quantity - item.claimed_count;
  const pin = () => acts.run(() => api.pin(pinned ? null : id), pinned ? _("Nothing is on now.") : _("{item} is on now.", { item: itemLabel(item) }));
  const save = (change) => acts.tried(() => api.editItem(id, change), _("Changed item {item}.", { item: itemLabel(item) })).then(reload);
  const more = detail && detail.waitlist_total - detail.waitlist.length;
  const items = state.order.map((one) => state.items.get(one));
  const context = { can, items, acts, api, marks, blocked: state.blockedView, onDone: reload, onBuyer, onWhy };
  return html`
    <${Modal} kind="drawer" title=${html`<${Heading} item=${item} />`} onClose=${onClose}>
      <p class="drawer-sum"><b>${count(item.claimed_count)}</b> ${ngettext("of {n} unit won", "of {n} units won", item.total_quantity)},
        <b> ${count(left)}</b> ${_("left")}, <b>${count(item.waitlist_count)}</b> ${_("waiting")}</p>
      <div class="drawer-acts">
        ${can.run && html`<button type="button" onClick=${pin} aria-pressed=${pinned}><${Icon} name="pin" />${pinned ? _("On now – unpin") : _("Put on now")}</button>
          <button type="button" onClick=${() => setAwarding(!awarding)} aria-expanded=${awarding}><${Icon} name="plus" />${_("Award by hand")}</button>`}
        <button type="button" class="quiet" onClick=${() => onOnly({ item: { id, label: itemLabel(item) } })}>${_("Its claims")}</button>
      </div>
      ${can.run && awarding && html`<${Award} api=${api} item=${item} onDone=${reload} acts=${acts} />`}
      ${can.write && html`<${Quantity} item=${item} onSave=${save} />
        <${Edit} item=${item} state=${state} acts=${acts} api=${api} onMove=${onMove} onSave=${save} onGone=${onClose}
          touched=${detail != null && detail.winners.length + detail.waitlist_total > 0} />`}
      <${Fault} error=${fault}><button type="button" class="small" onClick=${reload}>${_("Try again")}</button><//>
      <h3>${_("Winners")} ${detail && html`<span class="panel-count">${count(detail.winners.length)}</span>`}</h3>
      ${!detail ? html`<p class="hint">${_("Loading…")}</p>` : html`
        <ul class="people">${detail.winners.map((claim) => html`<${Person} key=${claim.claim_id} claim=${claim} ...${context} />`)}
          ${!detail.winners.length && html`<li class="hint">${_("Nobody has won this yet.")}</li>`}</ul>
        <h3>${_("Waitlist")} <span class="panel-count">${count(detail.waitlist_total)}</span></h3>
        <ol class="people">${detail.waitlist.map((claim, index) => html`
          <${Person} key=${claim.claim_id} claim=${claim} place=${claim.waitlist_position ?? index + 1} ...${context} />`)}
          ${!detail.waitlist.length && html`<li class="hint">${_("Nobody waits.")}</li>`}
          ${more > 0 && html`<li class="hint">${ngettext("and {n} more", "and {n} more", more)}</li>`}</ol>`}
    <//>`;
}
