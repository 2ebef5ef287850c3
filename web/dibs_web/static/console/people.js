/** A buyer in the drawer: why, release, another quantity, another item. */
import { _ } from "../lib/i18n.js";
import { html, useState } from "./html.js";
import { TwoClicks } from "./dialogs.js";
import { count, nameOf, timeOf } from "./format.js";
import { ItemSelect } from "./forms.js";
import { Fault, Icon } from "./views.js";

/** Another quantity, or another item. */
function Change({ claim, items, acts, api, onDone }) {
  const [fault, setFault] = useState(null);
  const attempt = (work) => async (event) => {
    event.preventDefault();
    const form = new FormData(event.target);
    try {
      await acts.tried(() => work(form), _("Done."));
      onDone();
    } catch (error) {
      setFault(error);
    }
  };
  const others = items.filter((item) => item.item_id !== claim.item_id);
  return html`
    <div class="change">
      <form class="inline-form" onSubmit=${attempt((form) => api.decide(claim.claim_id, "quantity", { quantity: Number(form.get("quantity")) }))}>
        <label>${_("Quantity of the claim")}<input name="quantity" type="number" min="1" max="999" required defaultValue=${claim.quantity} data-focus /></label>
        <button class="small">${_("Change quantity")}</button></form>
      ${others.length > 0 && html`<form class="inline-form wide-first" onSubmit=${attempt((form) => api.decide(claim.claim_id, "move", { item_id: form.get("item") }))}>
        <${ItemSelect} items=${others} label=${_("Move to item")} /><button class="small">${_("Move")}</button></form>`}
      <${Fault} error=${fault} />
    </div>`;
}

export function Person({ claim, place, can, items, acts, api, marks, blocked, onDone, onBuyer, onWhy }) {
  const [open, setOpen] = useState(false);
  const name = nameOf(claim);
  const release = async () => {
    await acts.run(() => api.decide(claim.claim_id, "release"), _("Released {item} of {handle}.", { item: claim.item_number, handle: name }));
    document.querySelector("dialog.drawer h2")?.focus();
    onDone();
  };
  return html`
    <li class=${`person ${marks.has(claim.claim_id) ? "marked" : ""}`}>
      ${place && html`<span class="place">${place}</span>`}
      <span class="person-who"><button type="button" class="plain handle" onClick=${() => onBuyer(claim)}><bdi>${name}</bdi></button>
        ${blocked.has(claim.buyer_id) && html`<span class="blocked-mark"><${Icon} name="blocked" />${_("blocked")}</span>`}
        <time dateTime=${claim.posted_at}>${timeOf(claim.posted_at)}</time></span>
      <span class="times">×${count(claim.quantity)}</span>
      <button type="button" class="small why" onClick=${() => onWhy(claim)} aria-label=${_("Why {name}?", { name })}>${_("why?")}</button>
      ${can.run && html`<button type="button" class="small quiet" aria-expanded=${open} onClick=${() => setOpen(!open)}
          aria-label=${_("Change the claim of {name}", { name })}>${_("Change")}</button>
        <${TwoClicks} words=${_("Release")} sure=${_("Yes, release")} keep=${_("Keep")} onYes=${release}
          label=${_("Release the claim of {name}", { name })} sureLabel=${_("Yes, release the claim of {name}", { name })} />`}
      ${open && html`<${Change} claim=${claim} items=${items} acts=${acts} api=${api} onDone=${() => { setOpen(false); onDone(); }} />`}
    </li>`;
}
