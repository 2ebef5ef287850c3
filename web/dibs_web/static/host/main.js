/** The host view: what is on now, how many are left, who won, who is next. It only reads. */
import { _ } from "../lib/i18n.js";
import { showApi } from "../console/api.js";
import { html, render, useEffect, useState } from "../console/html.js";
import { useParts, useTick } from "../console/live.js";
import { Store } from "../console/store.js";
import { nextItems, onNow, queueOf, winnersOf } from "./facts.js";
import { Foot, Stage, Top } from "./parts.js";
import { keepAwake, useFullScreen } from "./screen.js";

function useClaimsOf(store, itemId) {
  const [known, setKnown] = useState(null);
  useEffect(() => {
    if (!itemId) return;
    const wanted = ["winner", "waitlist"].map((status) => store.loadClaims({ item_id: itemId, status }).catch(() => {}));
    Promise.all(wanted).then(() => setKnown(itemId));
  }, [itemId, store.state.epoch]);
  return known === itemId;
}

function Host({ store, title }) {
  const state = useParts(store, "show", "items", "claims");
  const screen = useFullScreen();
  useTick(5000);
  useEffect(keepAwake, []);
  const item = onNow(state);
  useClaimsOf(store, item?.item_id);
  const stale = !["live", "catching", "polling"].includes(store.phase);
  return html`
    <${Top} state=${state} phase=${store.phase} since=${store.since} title=${title} screen=${screen} showId=${store.api.showId} />
    <main class="host-main" data-stale=${stale}>
      <${Stage} showId=${store.api.showId} state=${state} item=${item} winners=${winnersOf(state, item)} queue=${queueOf(state, item)} />
      <${Foot} items=${nextItems(state, item)} />
    </main>
    <p class="visually-hidden" role="status">${item ? _("{item} is on now.", { item: `${item.item_number} ${item.title}` }) : _("Nothing is on now.")}</p>`;
}

const root = document.getElementById("host");
const store = new Store(showApi(root.dataset.showId));
root.replaceChildren();
render(html`<${Host} store=${store} title=${root.dataset.title} />`, root);
store.start();
