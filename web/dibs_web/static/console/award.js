/** Give an item to somebody by hand: a known buyer, or a guest by name. */
import { _, ngettext } from "../lib/i18n.js";
import { html, useEffect, useState } from "./html.js";
import { useSettled } from "./wanted.js";
import { Fault } from "./views.js";

function useBuyers(api, text) {
  const [found, setFound] = useState([]);
  const settled = useSettled(text, 200);
  useEffect(() => {
    let current = true;
    if (!settled) setFound([]);
    else api.buyers(settled).then((answer) => current && setFound(answer.buyers), () => current && setFound([]));
    return () => { current = false; };
  }, [settled]);
  return text ? found : [];
}

export function Award({ api, item, acts, onDone }) {
  const [text, setText] = useState("");
  const [picked, setPicked] = useState(null);
  const [quantity, setQuantity] = useState(1);
  const [fault, setFault] = useState(null);
  const name = text.trim();
  const found = useBuyers(api, picked ? "" : name);
  const submit = async (event) => {
    event.preventDefault();
    setFault(null);
    const who = picked.buyer_id ? { buyer_id: picked.buyer_id } : { guest_name: picked.handle };
    try {
      await acts.tried(() => api.award(item.item_id, { ...who, quantity: Number(quantity) }),
        ngettext("Gave {n} unit of {item} to {handle}.", "Gave {n} units of {item} to {handle}.", Number(quantity),
          { item: item.item_number, handle: picked.handle }));
      setPicked(null);
      setText("");
      setQuantity(1);
      onDone();
    } catch (error) {
      setFault(error);
    }
  };
  return html`
    <form class="award" onSubmit=${submit}>
      ${picked ? html`<p class="picked"><bdi class="handle">${picked.handle}</bdi>
          <span class="hint">${picked.buyer_id ? picked.platform : _("guest")}</span>
          <button type="button" class="small" onClick=${() => setPicked(null)}>${_("Someone else")}</button></p>` : html`
        <label>${_("Buyer or guest name")}
          <input type="text" value=${text} maxlength="100" autocomplete="off" onInput=${(event) => setText(event.target.value)}
            onKeyDown=${(event) => { if (event.key === "Enter") event.preventDefault(); }} /></label>
        <ul class="found" aria-label=${_("Buyers found")}>
          ${found.map((buyer) => html`<li key=${buyer.buyer_id}><button type="button" onClick=${() => setPicked(buyer)}>
            <bdi class="handle">${buyer.handle || buyer.platform_user_id}</bdi> <span class="hint">${buyer.platform}</span></button></li>`)}
          ${name && html`<li><button type="button" onClick=${() => setPicked({ handle: name })}>
            <span class="hint">${_("New guest")}</span> <bdi class="handle">${name}</bdi></button></li>`}
        </ul>
        ${name && html`<p class="hint">${_("Choose who gets it from this list.")}</p>`}`}
      <div class="inline-form">
        <label>${_("Quantity")} <input type="number" min="1" max="999" required value=${quantity}
          onInput=${(event) => setQuantity(event.target.value)} /></label>
        <button class="primary" disabled=${!picked}>${_("Award")}</button>
      </div>
      <${Fault} error=${fault}>${fault?.code === "out_of_stock" && html`<p>${_("Raise the total quantity to award more.")}</p>`}<//>
    </form>`;
}
