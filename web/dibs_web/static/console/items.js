/** Left: what is offered, how much of it is won, who waits. */
import { html, useMemo, useState } from "./html.js";
import { count, plural } from "./format.js";
import { Icon, Search, Segments } from "./views.js";
import { itemStatusWords } from "./words.js";
import { memo } from "./vlist.js";

const ICON_OF = { open: "ring", low: "waits", sold_out: "won" };
const CHUNK = 120;

const Hidden = ({ children }) => html`<span class="visually-hidden">${children}</span>`;

const Bar = ({ item }) => html`
  <span class=${`bar-track status-${item.status}`} aria-hidden="true">
    <span style=${{ transform: `scaleX(${item.total_quantity ? item.claimed_count / item.total_quantity : 1})` }}></span>
  </span>`;

const ItemRow = memo(({ item, pinned, onOpen }) => html`
  <li>
    <button type="button" class=${`item status-${item.status} ${pinned ? "item-pinned" : ""}`} data-item=${item.item_id} onClick=${() => onOpen(item.item_id)}>
      <span class="item-number"><${Hidden}>Item <//><bdi>${item.item_number}</bdi></span>
      <span class="item-what">
        <bdi class="item-title">${item.title || "Untitled"}</bdi>
        <span class="item-detail">
          ${pinned && html`<span class="on-now-mark"><${Icon} name="pin" />On now</span>`}
          ${item.variant && html`<bdi>${item.variant}</bdi>`}
          ${item.price && html`<span>${item.price}</span>`}
        </span>
      </span>
      <span class="item-stock">
        <span class="item-figures"><b>${count(item.claimed_count)}</b>/${count(item.total_quantity)}<${Hidden}> won<//></span>
        <${Bar} item=${item} />
        <span class="item-state"><${Icon} name=${ICON_OF[item.status]} />${item.waitlist_count
          ? html`<${Hidden}>${itemStatusWords(item.status)}, <//>${count(item.waitlist_count)} waiting`
          : itemStatusWords(item.status)}</span>
      </span>
    </button>
  </li>`);

const OnNow = memo(({ item, onOpen }) => html`
  <button type="button" class=${`on-now status-${item.status}`}
    onClick=${() => onOpen(item.item_id)}>
    <span class="on-now-head"><span class="on-now-mark"><${Icon} name="pin" />On now</span>
      ${item.price && html`<span class="on-now-price">${item.price}</span>`}</span>
    <span class="on-now-body">
      <span class="on-now-number"><bdi>${item.item_number}</bdi></span>
      <span class="on-now-what"><bdi class="on-now-title">${item.title || "Untitled"}</bdi>
        ${item.variant && html`<bdi class="on-now-variant">${item.variant}</bdi>`}</span>
      <span class="on-now-left"><b>${count(item.total_quantity - item.claimed_count)}</b> left</span>
    </span>
    <${Bar} item=${item} />
    <span class="on-now-foot">${count(item.claimed_count)} of ${plural(item.total_quantity, "unit")} won
      ${item.waitlist_count ? html` · ${count(item.waitlist_count)} waiting` : null}</span>
  </button>`);

const matches = (item, filter, text) =>
  (filter === "all" || (filter === "out") === (item.status === "sold_out"))
  && (!text || `${item.item_number} ${item.variant ?? ""} ${item.title}`.toLowerCase().includes(text));

const move = (event) => {
  const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key];
  if (!step || !event.target.dataset.item || event.ctrlKey || event.metaKey) return;
  const rows = [...event.currentTarget.querySelectorAll("[data-item]")];
  event.preventDefault();
  rows[rows.indexOf(event.target) + step]?.focus();
};

export const ItemsPanel = memo(({ state, pinnedId, onOpen, onAdd }) => {
  const [filter, setFilter] = useState("all");
  const [text, setText] = useState("");
  const [limit, setLimit] = useState(CHUNK);
  const items = state.order.map((id) => state.items.get(id));
  const out = items.filter((item) => item.status === "sold_out").length;
  const wanted = text.trim().toLowerCase();
  const shown = items.filter((item) => matches(item, filter, wanted));
  const pinned = pinnedId ? state.items.get(pinnedId) : null;
  const onScroll = useMemo(() => (event) => {
    const { scrollTop, clientHeight, scrollHeight } = event.target;
    if (scrollTop + clientHeight > scrollHeight - 400) setLimit((now) => now + CHUNK);
  }, []);
  return html`
    <section class="panel panel-items" aria-labelledby="items-title" id="panel-items">
      <header class="panel-head">
        <h2 id="items-title">Items <span class="panel-count">${count(items.length)}</span></h2>
        ${onAdd && html`<button type="button" class="quiet" onClick=${() => onAdd({})}><${Icon} name="plus" />Add item</button>`}
        <div class="panel-tools">
          <${Search} label="Find an item" value=${text} onInput=${setText} />
          <${Segments} label="Which items" value=${filter} onPick=${setFilter}
            options=${[["all", "All"], ["left", "Left"], ["out", "Sold out", out]]} />
        </div>
      </header>
      ${pinned && html`<${OnNow} item=${pinned} onOpen=${onOpen} />`}
      <ul class="item-list" onScroll=${onScroll} onKeyDown=${move} aria-labelledby="items-title">
        ${shown.slice(0, limit).map((item) => html`
          <${ItemRow} key=${item.item_id} item=${item} pinned=${item.item_id === pinnedId} onOpen=${onOpen} />`)}
        ${!shown.length && html`<li class="empty">${items.length
          ? "No item matches the filter." : "No items yet. Add one, and claims for it count from then on."}</li>`}
      </ul>
    </section>`;
});
