/** Modal dialogs on the browser's own <dialog>: Escape closes, focus goes back where it was. */
import { html, useEffect, useMemo, useRef, useState } from "./html.js";
import { itemLabel } from "./format.js";
import { Icon } from "./views.js";

let modals = 0;

/** A modal with a title; `kind` is `card` or `drawer`. */
export function Modal({ title, kind = "card", onClose, children, describedBy }) {
  const element = useRef(null);
  const id = useMemo(() => `dialog-title-${(modals += 1)}`, []);
  useEffect(() => {
    const dialog = element.current;
    const before = document.activeElement;
    dialog.showModal();
    dialog.querySelector("[data-focus]")?.focus();
    return () => {
      dialog.close();
      if (before?.isConnected) before.focus();
    };
  }, []);
  const outside = (event) => event.target === element.current && onClose();
  return html`
    <dialog ref=${element} class=${kind} aria-labelledby=${id} aria-describedby=${describedBy}
      onCancel=${(event) => { event.preventDefault(); onClose(); }} onMouseDown=${outside}>
      <div class="dialog-inside">
        <header class="dialog-head"><h2 id=${id} tabindex="-1">${title}</h2>
          <button type="button" class="quiet icon-only" aria-label="Close" onClick=${onClose}><${Icon} name="cross" /></button>
        </header>
        ${children}
      </div>
    </dialog>`;
}

/** Ask before something that can't be taken back. */
export function Confirm({ title, text, yes, danger, onYes, onClose }) {
  const [busy, setBusy] = useState(false);
  const go = async () => {
    setBusy(true);
    await onYes();
    onClose();
  };
  return html`
    <${Modal} title=${title} onClose=${onClose} describedBy="confirm-text">
      <p id="confirm-text">${text}</p>
      <footer class="dialog-foot">
        <button type="button" onClick=${onClose}>Cancel</button>
        <button type="button" class=${danger ? "danger" : "primary"} disabled=${busy} onClick=${go}>${yes}</button>
      </footer>
    <//>`;
}

const KEYS = [
  ["j / k, ↓ / ↑", "next and previous row of a list"],
  ["Enter", "open the item of the row"],
  ["1, 2, 3", "go to items, claims, comments"],
  ["/", "filter the list"],
  ["Home / End", "newest and oldest row"],
  ["Esc", "close, or leave a field"],
  ["?", "this page"],
];

export const Shortcuts = ({ onClose }) => html`
  <${Modal} title="Keyboard" onClose=${onClose}>
    <dl class="keys">${KEYS.map(([keys, words]) => html`
      <div key=${keys}><dt><kbd>${keys}</kbd></dt><dd>${words}</dd></div>`)}</dl>
  <//>`;

/** Which item a comment means that left it open; those with its number first. */
export function ChooseItem({ claim, items, onPick, onClose }) {
  const same = (item) => item.item_number === claim.item_number;
  const sorted = [...items.filter(same), ...items.filter((item) => !same(item))];
  const submit = async (event) => {
    event.preventDefault();
    await onPick(new FormData(event.target).get("item"));
    onClose();
  };
  return html`
    <${Modal} title="Which item is meant?" onClose=${onClose}>
      <form class="fields" onSubmit=${submit}>
        <p><bdi class="handle">${claim.handle ?? "Hidden author"}</bdi> asked for <bdi>${itemLabel(claim)}</bdi>.</p>
        <label>Item<select name="item" required data-focus>${sorted.map((item) => html`
          <option key=${item.item_id} value=${item.item_id}>${itemLabel(item)} – ${item.title}</option>`)}</select></label>
        <footer class="dialog-foot"><button type="button" onClick=${onClose}>Cancel</button>
          <button class="primary" disabled=${!sorted.length}>Accept the claim</button></footer>
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
