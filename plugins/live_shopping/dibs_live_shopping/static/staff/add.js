/** Adding what is in stock: search, choose with the arrows, Enter adds. */
import { _, Fault, html, money, Segments, toast, useEffect, useRef, useSettled, useState } from "./kit.js";
import { Picture } from "./line.js";
import { INTENTS, quantity } from "./words.js";

const PAUSE_MS = 120;

/** What can be added, for a text; asked again when `again` changes. */
function useOffers(desk, text, again) {
  const settled = useSettled(text.trim(), PAUSE_MS);
  const [found, setFound] = useState({ offers: [], text: null });
  useEffect(() => {
    let current = true;
    const keep = (answer) => current && setFound({ offers: answer.offers, text: settled });
    desk.calls.offers({ q: settled, limit: 20 }).then(keep, (fault) => current && setFound({ offers: [], text: settled, fault }));
    return () => { current = false; };
  }, [settled, again]);
  return { ...found, busy: found.text !== text.trim() };
}

function Offer({ offer, chosen, id, onAdd, onOver }) {
  return html`
    <li id=${id} role="option" aria-selected=${chosen} class=${`offer${chosen ? " offer-chosen" : ""}`} onMouseMove=${onOver} onClick=${onAdd}>
      <${Picture} url=${offer.picture_url} name=${offer.name} />
      <span class="offer-what"><bdi class="offer-name">${offer.name}</bdi>
        <span class="offer-more">${[offer.batch_code, offer.category].filter(Boolean).join(" · ")}</span></span>
      <span class="offer-figures"><b class="tabular">${offer.price == null ? "–" : money(offer.price)}</b>
        <span class="tabular">${_("{n} left", { n: quantity(offer.available, offer.unit) })}</span></span>
    </li>`;
}

/** What went wrong, and the next step: with what is left, it can be added at once. */
function Refused({ refused, onLess }) {
  if (!refused) return null;
  const left = Number(refused.error.data.left ?? 0);
  return html`<${Fault} error=${refused.error}>${refused.error.code === "out_of_stock" && left > 0 && html`
    <button type="button" class="small" onClick=${() => onLess(refused.offer, String(left))}>${_("Add the {n} that are left", { n: quantity(left) })}</button>`}<//>`;
}

export function AddPanel({ desk }) {
  const [text, setText] = useState("");
  const [count, setCount] = useState("1");
  const [intent, setIntent] = useState("to_purchase");
  const [at, setAt] = useState(0);
  const [refused, setRefused] = useState(null);
  const [busy, setBusy] = useState(false);
  const field = useRef(null);
  const { offers, busy: searching, fault } = useOffers(desk, text, desk.session.version);
  const chosen = offers[Math.min(at, offers.length - 1)];
  const add = async (offer, much = count) => {
    if (!offer || busy) return;
    setBusy(true);
    setRefused(null);
    const line = { batch_id: offer.batch_id, quantity: much.trim().replace(",", ".") || "1", intent };
    try {
      await desk.credited((calls, more) => calls.add({ ...line, ...more }));
      toast(_("Added {n} × {name}.", { n: line.quantity, name: offer.name }));
      setCount("1");
      if (document.activeElement?.closest(".add-fields input")) toSearch();
    } catch (error) {
      setRefused({ error, offer });
    }
    setBusy(false);
  };
  const toSearch = () => {
    field.current?.focus();
    field.current?.select();
  };
  const keys = (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) setAt((now) => Math.max(0, Math.min(offers.length - 1, now + step)));
    else if (event.key === "Enter") add(searching ? null : chosen);
    else if (event.key === "/") toSearch(); // the key that leads here, pressed once more
    else if (event.key === "Escape" && text) setText("");
    else if (event.key === "Escape") event.target.blur();
    else return;
    event.preventDefault();
  };
  return html`
    <section class="side-part add" aria-labelledby="add-title">
      <header class="side-head"><h2 id="add-title">${_("Add")}</h2>
        <${Segments} label=${_("Add as")} value=${intent} onPick=${setIntent} options=${INTENTS.map(([key, words]) => [key, words])} /></header>
      <div class="add-fields">
        <input type="search" id="add-search" ref=${field} role="combobox" aria-expanded="true" aria-controls="offers" aria-autocomplete="list"
          aria-activedescendant=${chosen ? `offer-${chosen.batch_id}` : undefined} aria-label=${_("Find what is in stock")} placeholder=${_("Find what is in stock  ( / )")}
          autocomplete="off" spellcheck="false" value=${text} onInput=${(event) => { setText(event.target.value); setAt(0); setRefused(null); }} onKeyDown=${keys} />
        <label class="add-count"><span class="visually-hidden">${_("How many")}</span><input inputmode="decimal" autocomplete="off" value=${count}
          onInput=${(event) => setCount(event.target.value)} onFocus=${(event) => event.target.select()} onKeyDown=${keys} /></label>
        <button type="button" class="primary" disabled=${!chosen || searching || busy} onClick=${() => add(chosen)}>${_("Add")}</button>
      </div>
      <${Refused} refused=${refused} onLess=${add} /><${Fault} error=${fault} />
      <ul class="offers" id="offers" role="listbox" aria-label=${_("In stock")} tabindex="-1">
        ${offers.map((offer, index) => html`<${Offer} key=${offer.batch_id} id=${`offer-${offer.batch_id}`} offer=${offer} chosen=${offer === chosen}
          onOver=${() => setAt(index)} onAdd=${() => { setAt(index); add(offer); }} />`)}
      </ul>
      ${!offers.length && !searching && !fault && html`<p class="hint">${text ? _("Nothing in stock is called that.") : html`${_("Nothing is in stock.")} <a href="/catalogue">${_("Receive stock in the catalogue")}</a>`}</p>`}
    </section>`;
}
