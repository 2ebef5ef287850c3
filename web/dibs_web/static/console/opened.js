/** Whatever dialog is open, and the drawer beneath it. */
import { _ } from "../lib/i18n.js";
import { html } from "./html.js";
import { question } from "./bar.js";
import { BuyerMenu } from "./buyer.js";
import { Confirm, Shortcuts } from "./dialogs.js";
import { ItemDrawer } from "./drawer.js";
import { AddItem, GiveItem } from "./forms.js";
import { Alerts } from "./sound.js";
import { Why } from "./why.js";

/** The next number after the highest plain one. */
function nextNumber(state) {
  const numbers = [...state.items.values()].map((item) => Number(item.item_number)).filter(Number.isSafeInteger);
  return numbers.length ? String(Math.max(...numbers) + 1) : "1";
}

/** Give an item; a doubtful claim that this answers is off the lane then. */
async function give({ acts, api }, comment, id, award) {
  await acts.tried(() => api.award(id, award), _("Given."));
  if (comment.reviewed) await api.decide(comment.reviewed.claim_id, "decline").catch(() => {}); // decided meanwhile
}

export function Opened({ open, on, store, can, acts, looks }) {
  if (!open) return null;
  const { state, api } = store;
  const drawer = open.kind === "item" ? open : open.under;
  const items = state.order.map((id) => state.items.get(id));
  return html`
    ${drawer && html`<${ItemDrawer} key=${drawer.id} store=${store} id=${drawer.id} can=${can} acts=${acts} marks=${acts.marks}
      onMove=${on.move} onOnly=${on.only} onBuyer=${on.buyer} onWhy=${on.why} onClose=${on.close} />`}
    ${open.kind === "why" && html`<${Why} key="why" api=${api} claim=${open.claim} onClose=${on.close} />`}
    ${open.kind === "buyer" && html`<${BuyerMenu} key="buyer" store=${store} who=${open.who} can=${can} acts=${acts}
      onOnly=${on.only} onClose=${on.close} />`}
    ${open.kind === "keys" && html`<${Shortcuts} onClose=${on.close} />`}
    ${open.kind === "alerts" && html`<${Alerts} onClose=${on.close} />`}
    ${open.kind === "give" && html`<${GiveItem} comment=${open.comment} items=${items} onClose=${on.close}
      onGive=${(id, award) => give({ acts, api }, open.comment, id, award)} />`}
    ${open.kind === "add" && html`<${AddItem} given=${open.given} suggestion=${nextNumber(state)} onClose=${on.close}
      onAdd=${(row) => acts.tried(() => api.addItems([row]), _("Added item {item}.", { item: row.item_number }))} />`}
    ${open.kind === "run" && html`<${Confirm} ...${question(open.verb, state, looks)} onClose=${on.close}
      onYes=${() => acts.run(() => api.run(open.verb))} />`}`;
}
