/** Give an item to somebody by hand: a known buyer, or a guest by name. */
import { html, useEffect, useState } from "./html.js";
import { itemLabel, plural } from "./format.js";

const SEARCH_MS = 200;

function useBuyers(api, text) {
  const [found, setFound] = useState([]);
  useEffect(() => {
    if (!text) {
      setFound([]);
      return undefined;
    }
    let current = true;
    const timer = setTimeout(async () => {
      const answer = await api.buyers(text).catch(() => ({ buyers: [] }));
      if (current) setFound(answer.buyers.slice(0, 6));
    }, SEARCH_MS);
    return () => { current = false; clearTimeout(timer); };
  }, [text]);
  return found;
}

export function Award({ api, item, act, onDone }) {
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
      await api.award(item.item_id, { ...who, quantity: Number(quantity) });
      act(async () => {}, `${plural(Number(quantity), "unit")} of ${itemLabel(item)} awarded to ${picked.handle}.`);
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
          <span class="hint">${picked.buyer_id ? picked.platform : "guest"}</span>
          <button type="button" class="small" onClick=${() => setPicked(null)}>Someone else</button></p>` : html`
        <label>Buyer or guest name
          <input type="text" value=${text} maxlength="200" autocomplete="off" onInput=${(event) => setText(event.target.value)}
            onKeyDown=${(event) => { if (event.key === "Enter") event.preventDefault(); }} /></label>
        <ul class="found" aria-label="Buyers found">
          ${found.map((buyer) => html`<li key=${buyer.buyer_id}><button type="button" onClick=${() => setPicked(buyer)}>
            <bdi class="handle">${buyer.handle || buyer.platform_user_id}</bdi> <span class="hint">${buyer.platform}</span></button></li>`)}
          ${name && html`<li><button type="button" onClick=${() => setPicked({ handle: name })}>
            <span class="hint">New guest</span> <bdi class="handle">${name}</bdi></button></li>`}
        </ul>
        ${name && html`<p class="hint">Choose who gets it from this list.</p>`}`}
      <div class="inline-form">
        <label>Quantity <input type="number" min="1" max="999" required value=${quantity}
          onInput=${(event) => setQuantity(event.target.value)} /></label>
        <button class="primary" disabled=${!picked}>Award</button>
      </div>
      ${fault && html`<p class="fault" role="alert">${fault.message}${fault.code === "out_of_stock" && fault.data.left != null
        ? " Raise the total quantity to award more." : ""}</p>`}
    </form>`;
}
