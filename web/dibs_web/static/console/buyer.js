/** The menu of a buyer: what is known, only their claims, blocking, and the way to their page. */
import { _, ngettext } from "../lib/i18n.js";
import { html, useEffect, useState } from "./html.js";
import { Modal } from "./dialogs.js";
import { nameOf } from "./format.js";
import { Fault, Icon } from "./views.js";

/** The reason is for the team only. */
function Block({ buyer, acts, api, onDone }) {
  const [fault, setFault] = useState(null);
  const submit = async (event) => {
    event.preventDefault();
    const reason = new FormData(event.target).get("reason").trim();
    try {
      await acts.tried(() => api.block(buyer.buyer_id, reason), _("{handle} may not claim any more.", { handle: nameOf(buyer) }));
      onDone();
    } catch (error) {
      setFault(error);
    }
  };
  return html`
    <form class="fields" onSubmit=${submit}>
      <label>${_("Why may they not claim any more?")}<input name="reason" required maxlength="300" autocomplete="off" data-focus /></label>
      <p class="hint">${_("Only your team sees the reason. What they have won stays with them; release it where you want it back.")}</p>
      <${Fault} error=${fault} />
      <p><button class="danger">${_("Block from claiming")}</button></p>
    </form>`;
}

export function BuyerMenu({ store, who, can, acts, onOnly, onClose }) {
  const { api } = store;
  const [[known, setKnown], [fault, setFault], [blocking, setBlocking]] = [useState(null), useState(null), useState(false)];
  const load = () => api.buyer(who.buyer_id).then((answer) => setKnown(answer.buyer ?? answer), setFault);
  useEffect(() => { load(); }, []);
  const done = () => { setBlocking(false); load(); };
  const unblock = () => acts.run(() => api.unblock(who.buyer_id), _("{handle} may claim again.", { handle: nameOf(who) })).then(done);
  return html`
    <${Modal} title=${html`<bdi>${nameOf(who)}</bdi>`} onClose=${onClose}>
      <${Fault} error=${fault} />
      ${!known && !fault && html`<p class="hint">${_("Loading…")}</p>`}
      ${known && html`
        <p class="hint">${known.platform} · ${ngettext("{n} show", "{n} shows", known.shows)} · ${ngettext("{n} unit won in all", "{n} units won in all", known.won_units)}</p>
        ${known.tags.length > 0 && html`<p class="tags">${known.tags.map((tag) => html`<span class="badge" key=${tag}><bdi>${tag}</bdi></span>`)}</p>`}
        ${known.note && html`<p class="buyer-note"><bdi>${known.note}</bdi></p>`}
        ${known.blocked && html`<p class="fault"><${Icon} name="blocked" /> ${_("Blocked from claiming")}${known.blocked_reason ? html`: <bdi>${known.blocked_reason}</bdi>` : null}</p>`}
        <div class="buyer-acts">
          <button type="button" onClick=${() => onOnly({ buyer: { id: who.buyer_id, label: nameOf(who) } })}>${_("Only their claims")}</button>
          <a class="button" href=${`/buyers/${who.buyer_id}`} target="_blank" rel="noopener">${_("Open buyer page")}</a>
          ${can.buyers && (known.blocked ? html`<button type="button" onClick=${unblock}>${_("Unblock")}</button>`
            : !blocking && html`<button type="button" class="danger-quiet" onClick=${() => setBlocking(true)}>${_("Block…")}</button>`)}
        </div>
        ${blocking && html`<${Block} buyer=${who} acts=${acts} api=${api} onDone=${done} />`}`}
    <//>`;
}
