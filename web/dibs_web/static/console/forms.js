/** The forms of the console: add an item, give an item to who wrote a comment. */
import { _ } from "../lib/i18n.js";
import { html, useState } from "./html.js";
import { Modal } from "./dialogs.js";
import { authorOf, count, itemLabel, nameOf } from "./format.js";
import { Fault } from "./views.js";

/** The items with those first that a text names; `named` are those only. */
export function likely(items, text, number) {
  const words = new Set(`${text ?? ""} ${number ?? ""}`.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []);
  const named = items.filter((item) => words.has(item.item_number.toLowerCase()));
  const some = new Set(named);
  return { named, all: [...named, ...items.filter((item) => !some.has(item))] };
}

/** A choice among the items. */
export const ItemSelect = ({ items, label }) => html`
  <label>${label ?? _("Item")}<select name="item" required data-focus>${items.map((item) => html`
    <option key=${item.item_id} value=${item.item_id}>${itemLabel(item)}${item.title && ` – ${item.title}`}
      ${` (${_("{n} left", { n: count(item.total_quantity - item.claimed_count) })})`}</option>`)}</select></label>`;

/** Give an item by hand to whoever wrote a comment; a hidden author needs a name. */
export function GiveItem({ comment, items, onGive, onClose }) {
  const [fault, setFault] = useState(null);
  const sorted = likely(items, comment.text).all;
  const author = { handle: authorOf(comment) };
  const submit = async (event) => {
    event.preventDefault();
    const form = new FormData(event.target);
    const who = comment.buyer_id ? { buyer_id: comment.buyer_id } : { guest_name: form.get("guest").trim() };
    try {
      await onGive(form.get("item"), { ...who, quantity: Number(form.get("quantity")) });
      onClose();
    } catch (error) {
      setFault(error);
    }
  };
  return html`
    <${Modal} title=${_("Give an item")} onClose=${onClose}>
      <form class="fields" onSubmit=${submit}>
        <p class="quoted"><bdi class="handle">${nameOf(author)}</bdi>${" "}<q><bdi>${comment.text}</bdi></q></p>
        ${!comment.buyer_id && html`<label>${_("Name of the buyer")}<input name="guest" required maxlength="100" autocomplete="off" /></label>`}
        <${ItemSelect} items=${sorted} />
        <label class="short">${_("Quantity")}<input name="quantity" type="number" min="1" max="999" required defaultValue="1" /></label>
        <${Fault} error=${fault} />
        <footer class="dialog-foot"><button type="button" onClick=${onClose}>${_("Cancel")}</button>
          <button class="primary" disabled=${!sorted.length}>${_("Give the item")}</button></footer>
      </form>
    <//>`;
}

const numberOr = (value) => (value === "" ? null : Number(value));

/** Add an item; `given` prefills the number, such as that of a claim which found no item. */
export function AddItem({ given, suggestion, onAdd, onClose }) {
  const [fault, setFault] = useState(null);
  const submit = async (event) => {
    event.preventDefault();
    const form = new FormData(event.target);
    const text = (name) => form.get(name).trim();
    try {
      await onAdd({
        item_number: text("item_number"), title: text("title"), quantity: numberOr(form.get("quantity")),
        variant: text("variant") || null, price: text("price") || null,
      });
      onClose();
    } catch (error) {
      setFault(error);
    }
  };
  const number = given.item_number ?? suggestion;
  return html`
    <${Modal} title=${_("Add an item")} onClose=${onClose}>
      <form class="fields" onSubmit=${submit}>
        <div class="field-row">
          <label>${_("Number")}<input name="item_number" required maxlength="40" defaultValue=${number} autocomplete="off" /></label>
          <label>${_("Quantity")}<input name="quantity" type="number" required min="0" max="1000000" defaultValue="1" /></label>
        </div>
        <label>${_("Title")}<input name="title" maxlength="200" autocomplete="off" data-focus /></label>
        <div class="field-row">
          <label>${_("Variant")} <small>${_("optional")}</small><input name="variant" maxlength="80" autocomplete="off" /></label>
          <label>${_("Price")} <small>${_("optional")}</small><input name="price" inputmode="decimal" pattern="[0-9]+([.][0-9]{1,2})?"
            title=${_("a number such as 12.50")} autocomplete="off" /></label>
        </div>
        <p class="hint">${_("Claims for this number that came before are decided at once, in their order.")}</p>
        <${Fault} error=${fault} />
        <footer class="dialog-foot"><button type="button" onClick=${onClose}>${_("Cancel")}</button>
          <button class="primary">${_("Add item")}</button></footer>
      </form>
    <//>`;
}
