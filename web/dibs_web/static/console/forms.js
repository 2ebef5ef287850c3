/** The forms of the console: add an item, say which item is meant, give an item to who wrote a comment. */
import { html, useState } from "./html.js";
import { Modal } from "./dialogs.js";
import { itemLabel } from "./format.js";

/** The items with those first that a text names. */
function likely(items, text) {
  const words = new Set((text ?? "").toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []);
  const named = (item) => words.has(item.item_number.toLowerCase());
  return [...items.filter(named), ...items.filter((item) => !named(item))];
}

const ItemSelect = ({ items }) => html`
  <label>Item<select name="item" required data-focus>${items.map((item) => html`
    <option key=${item.item_id} value=${item.item_id}>${itemLabel(item)}${item.title && ` – ${item.title}`}
      ${` (${item.total_quantity - item.claimed_count} left)`}</option>`)}</select></label>`;

/** Which item a claim means that left it open. */
export function ChooseItem({ claim, items, onPick, onClose }) {
  const sorted = likely(items, claim.item_number);
  const submit = async (event) => {
    event.preventDefault();
    await onPick(new FormData(event.target).get("item"));
    onClose();
  };
  return html`
    <${Modal} title="Which item is meant?" onClose=${onClose}>
      <form class="fields" onSubmit=${submit}>
        <p><bdi class="handle">${claim.handle ?? "Hidden author"}</bdi> asked for <bdi>${itemLabel(claim)}</bdi>.</p>
        <${ItemSelect} items=${sorted} />
        <footer class="dialog-foot"><button type="button" onClick=${onClose}>Cancel</button>
          <button class="primary" disabled=${!sorted.length}>Accept the claim</button></footer>
      </form>
    <//>`;
}

/** Give an item by hand to whoever wrote a comment; a hidden author needs a name. */
export function GiveItem({ comment, items, onGive, onClose }) {
  const [fault, setFault] = useState(null);
  const sorted = likely(items, comment.text);
  const submit = async (event) => {
    event.preventDefault();
    const form = new FormData(event.target);
    const who = comment.buyer_id ? { buyer_id: comment.buyer_id } : { guest_name: form.get("guest").trim() };
    try {
      await onGive(form.get("item"), { ...who, quantity: Number(form.get("quantity")) });
      onClose();
    } catch (error) {
      setFault(error.message);
    }
  };
  return html`
    <${Modal} title="Give an item" onClose=${onClose}>
      <form class="fields" onSubmit=${submit}>
        <p class="quoted"><bdi class="handle">${comment.author?.name || comment.author?.id || "Hidden author"}</bdi>${" "}
          <q><bdi>${comment.text}</bdi></q></p>
        ${!comment.buyer_id && html`<label>Name of the buyer<input name="guest" required maxlength="100" autocomplete="off" /></label>`}
        <${ItemSelect} items=${sorted} />
        <label class="short">Quantity<input name="quantity" type="number" min="1" max="999" required value="1" /></label>
        ${fault && html`<p class="fault" role="alert">${fault}</p>`}
        <footer class="dialog-foot"><button type="button" onClick=${onClose}>Cancel</button>
          <button class="primary" disabled=${!sorted.length}>Give the item</button></footer>
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
      setFault([error.message, ...(error.fields ?? []).map((field) => `${field.path}: ${field.problem}`)].join(" "));
    }
  };
  const number = given.item_number ?? suggestion;
  return html`
    <${Modal} title="Add an item" onClose=${onClose}>
      <form class="fields" onSubmit=${submit}>
        <div class="field-row">
          <label>Number<input name="item_number" required maxlength="40" value=${number} autocomplete="off" /></label>
          <label>Quantity<input name="quantity" type="number" required min="0" max="1000000" value="1" /></label>
        </div>
        <label>Title<input name="title" maxlength="200" autocomplete="off" data-focus /></label>
        <div class="field-row">
          <label>Variant <small>optional</small><input name="variant" maxlength="80" autocomplete="off" /></label>
          <label>Price <small>optional</small><input name="price" inputmode="decimal" pattern="[0-9]+([.][0-9]{1,2})?"
            title="a number such as 12.50" autocomplete="off" /></label>
        </div>
        <p class="hint">Claims for this number that came before are decided at once, in their order.</p>
        ${fault && html`<p class="fault" role="alert">${fault}</p>`}
        <footer class="dialog-foot"><button type="button" onClick=${onClose}>Cancel</button>
          <button class="primary">Add item</button></footer>
      </form>
    <//>`;
}
