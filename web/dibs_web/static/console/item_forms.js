/** What may be changed of an item: total quantity, title, price, place in the list; and taking it off the list. */
import { _ } from "../lib/i18n.js";
import { html, useState } from "./html.js";
import { TwoClicks } from "./dialogs.js";
import { itemLabel } from "./format.js";
import { Fault } from "./views.js";

/** Change the total; a refusal names who has won. */
export function Quantity({ item, onSave }) {
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
  const winners = (fault?.data.winners ?? []).map((winner) => winner.handle || _("Hidden author")).join(", ");
  return html`
    <form class="inline-form" onSubmit=${submit}>
      <label>${_("Total quantity")}
        <input type="number" min="0" max="1000000" required value=${value ?? item.total_quantity}
          onInput=${(event) => setValue(event.target.value)} /></label>
      <button disabled=${value == null || Number(value) === item.total_quantity}>${_("Change")}</button>
      <${Fault} error=${fault}>${winners && html`<p>${_("Release somebody first: {names}.", { names: winners })}</p>`}<//>
    </form>`;
}

/** Title and price; an empty price takes it off. */
export function Details({ item, onSave }) {
  const [fault, setFault] = useState(null);
  const submit = async (event) => {
    event.preventDefault();
    setFault(null);
    const form = new FormData(event.target);
    const [title, price] = [form.get("title").trim(), form.get("price").trim() || null];
    const change = {};
    if (title !== item.title) change.title = title;
    if (price !== (item.price ?? null)) change.price = price;
    try {
      if (Object.keys(change).length) await onSave({ ...change, version: item.version });
    } catch (error) {
      setFault(error);
    }
  };
  return html`
    <form class="inline-form details" onSubmit=${submit} key=${item.version}>
      <label>${_("Title")}<input name="title" maxlength="200" autocomplete="off" defaultValue=${item.title} /></label>
      <label>${_("Price")}<input name="price" inputmode="decimal" pattern="[0-9]+([.][0-9]{1,2})?" autocomplete="off"
        title=${_("a number such as 12.50, or nothing")} defaultValue=${item.price ?? ""} /></label>
      <button>${_("Save")}</button>
      <${Fault} error=${fault} />
    </form>`;
}

/** Up, down, to the top, to the end. */
export function Place({ item, order, onMove }) {
  const at = order.indexOf(item.item_id);
  const last = order.length - 1;
  return html`
    <div class="place-acts" role="group" aria-label=${_("Place in the list")}>
      <span class="hint">${_("Place {place} of {all}", { place: at + 1, all: order.length })}</span>
      <button type="button" class="small" disabled=${at === 0} onClick=${() => onMove(item.item_id, -at)}>${_("To the top")}</button>
      <button type="button" class="small" disabled=${at === 0} onClick=${() => onMove(item.item_id, -1)}>${_("Up")}</button>
      <button type="button" class="small" disabled=${at === last} onClick=${() => onMove(item.item_id, 1)}>${_("Down")}</button>
      <button type="button" class="small" disabled=${at === last} onClick=${() => onMove(item.item_id, last - at)}>${_("To the end")}</button>
    </div>`;
}

/** Delete: only while nobody ever claimed it. */
export function Delete({ item, touched, onDelete }) {
  return html`
    <div class="place-acts">${touched ? html`<p class="hint">${_("It was claimed, so it can't be deleted any more. Set the total quantity to what is won to stop selling it.")}</p>`
      : html`<${TwoClicks} words=${_("Delete item")} sure=${_("Yes, delete")} keep=${_("Keep")} label=${_("Delete item {item}", { item: itemLabel(item) })}
          sureLabel=${_("Yes, delete item {item}", { item: itemLabel(item) })} onYes=${onDelete} />`}</div>`;
}
