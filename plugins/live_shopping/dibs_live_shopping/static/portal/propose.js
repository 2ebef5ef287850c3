/** Proposing a price. */
import { _, html, Modal, useState } from "./kit.js";

const plain = (text) => text.trim().replace(",", ".");

export function Propose({ line, visit, onClose }) {
  const [price, setPrice] = useState(line.price ?? "");
  const [quantity, setQuantity] = useState(line.quantity);
  const [message, setMessage] = useState("");
  const send = async (event) => {
    event.preventDefault();
    if (await visit.propose(line, { price: plain(price), quantity: plain(quantity), message: message.trim() })) onClose();
  };
  const number = (label, value, set, focus) => html`<label>${label}<input inputmode="decimal" autocomplete="off" required value=${value} data-focus=${focus} onInput=${(event) => set(event.target.value)} /></label>`;
  return html`<${Modal} title=${_("Propose a price for {name}", { name: line.name })} onClose=${onClose}>
    <form class="fields portal-propose" onSubmit=${send}>
      ${number(line.unit ? _("Price of one {unit}", { unit: line.unit }) : _("Price of one"), price, setPrice, true)}
      ${number(_("Quantity"), quantity, setQuantity)}
      <label>${_("A word to your host")}<input maxlength="500" autocomplete="off" value=${message} onInput=${(event) => setMessage(event.target.value)} /></label>
      <button class="primary" disabled=${visit.busy}>${_("Propose")}</button>
    </form></${Modal}>`;
}
