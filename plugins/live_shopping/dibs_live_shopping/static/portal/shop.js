/** What is on offer: search, categories, and putting things into the cart. */
import { _, html, money, useEffect, useSettled, useState } from "./kit.js";
import { Picture } from "./line.js";

const PAUSE_MS = 200;

function useOffers(visit, q, category) {
  const settled = useSettled(q.trim(), PAUSE_MS);
  const [found, setFound] = useState({ offers: [], categories: [], next: null, loading: true });
  useEffect(() => {
    let current = true;
    const keep = (answer) => current && setFound(answer);
    visit.offers({ q: settled, category }).then(keep, (error) => keep({ offers: [], categories: found.categories, next: null, fault: error.message }));
    return () => { current = false; };
  }, [settled, category]);
  const more = async () => {
    const page = await visit.offers({ q: settled, category, cursor: found.next }).catch(() => null);
    if (page) setFound((now) => ({ ...page, offers: [...now.offers, ...page.offers] }));
  };
  return [found, more];
}

function Offer({ offer, visit }) {
  const add = (intent) => () => visit.add(offer, "1", intent);
  const off = visit.busy || !offer.available;
  const { name } = offer;
  return html`<li class="portal-offer"><${Picture} url=${offer.picture_url} name=${offer.name} />
    <div class="portal-what"><h3><bdi>${name}</bdi></h3>
      <p class="portal-price">${offer.price != null ? html`<b class="tabular">${money(offer.price)}</b>` : html`<span class="portal-ask">${_("Your host names the price")}</span>`}
        ${!offer.available && html` <span class="badge">${_("Not available now")}</span>`}</p></div>
    ${visit.shopping && html`<div class="portal-acts">
      <button type="button" class="small primary" disabled=${off} aria-label=${_("Put {name} into the cart", { name })} onClick=${add("to_purchase")}>${_("Into the cart")}</button>
      <button type="button" class="small" disabled=${off} aria-label=${_("Interested in {name}", { name })} onClick=${add("interested")}>${_("Interested")}</button>
      <button type="button" class="small" disabled=${off} aria-label=${_("Ask for a sample of {name}", { name })} onClick=${add("sample_request")}>${_("Sample")}</button></div>`}</li>`;
}

export function Shop({ visit }) {
  const [q, setQ] = useState("");
  const [category, setCategory] = useState("");
  const [found, more] = useOffers(visit, q, category);
  return html`<section class="portal-shop" aria-labelledby="shop-title"><h2 id="shop-title" class="visually-hidden">${_("On offer")}</h2>
    <div class="portal-search"><label><span class="visually-hidden">${_("Search")}</span>
        <input type="search" placeholder=${_("Search")} maxlength="100" value=${q} onInput=${(event) => setQ(event.target.value)} /></label>
      ${found.categories.length > 0 && html`<label><span class="visually-hidden">${_("Category")}</span>
        <select value=${category} onChange=${(event) => setCategory(event.target.value)}><option value="">${_("Everything")}</option>
          ${found.categories.map((name) => html`<option key=${name} value=${name}>${name}</option>`)}</select></label>`}</div>
    ${found.fault && html`<p class="fault" role="alert">${found.fault}</p>`}
    ${found.offers.length ? html`<ul class="portal-offers">${found.offers.map((offer) => html`<${Offer} key=${offer.batch_id} offer=${offer} visit=${visit} />`)}</ul>`
      : !found.loading && html`<p class="hint">${_("Nothing found.")}</p>`}
    ${found.next && html`<button type="button" onClick=${more}>${_("Show more")}</button>`}</section>`;
}
