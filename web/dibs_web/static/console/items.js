/** Left: what is offered, how much of it is won, who waits. Only the rows in sight are in the document. */
import { _, ngettext } from "../lib/i18n.js";
import { html, useEffect, useMemo, useRef, useState } from "./html.js";
import { count, money } from "./format.js";
import { useParts } from "./live.js";
import { Icon, Search, Segments } from "./views.js";
import { itemStatusWords } from "./words.js";
import { memo } from "./vlist.js";

const ICON_OF = { open: "ring", low: "waits", sold_out: "won" };
const ROW_PX = 58;
const OVERSCAN = 5;

const Hidden = ({ children }) => html`<span class="visually-hidden">${children}</span>`;

const Bar = ({ item }) => html`
  <span class=${`bar-track status-${item.status}`} aria-hidden="true">
    <span style=${{ transform: `scaleX(${item.total_quantity ? item.claimed_count / item.total_quantity : 1})` }}></span>
  </span>`;

const ItemRow = memo(({ item, index, size, pinned, active, mark, onOpen }) => html`
  <li class="item-place" style=${{ transform: `translateY(${index * ROW_PX}px)` }} aria-posinset=${index + 1} aria-setsize=${size}>
    <button type="button" class=${`item status-${item.status} ${pinned ? "item-pinned" : ""} ${mark ? "marked" : ""}`}
      data-item=${item.item_id} data-at=${index} tabindex=${active ? "0" : "-1"} onClick=${() => onOpen(item.item_id)}>
      <span class="item-number"><${Hidden}>${_("Item")} <//><bdi>${item.item_number}</bdi></span>
      <span class="item-what">
        <bdi class="item-title">${item.title || _("Untitled")}</bdi>
        <span class="item-detail">
          ${pinned && html`<span class="on-now-mark"><${Icon} name="pin" />${_("On now")}</span>`}
          ${item.variant && html`<bdi>${item.variant}</bdi>`}
          ${item.price && html`<span>${money(item.price)}</span>`}
          ${mark && html`<span class="mark">${mark}</span>`}
        </span>
      </span>
      <span class="item-stock">
        <span class="item-figures"><b>${count(item.claimed_count)}</b>/${count(item.total_quantity)}<${Hidden}> ${_("won")}<//></span>
        <${Bar} item=${item} />
        <span class="item-state"><${Icon} name=${ICON_OF[item.status]} />${item.waitlist_count
          ? html`<${Hidden}>${itemStatusWords(item.status)}, <//>${ngettext("{n} waiting", "{n} waiting", item.waitlist_count)}`
          : itemStatusWords(item.status)}</span>
      </span>
    </button>
  </li>`);

const OnNow = memo(({ item, onOpen }) => html`
  <button type="button" class=${`on-now status-${item.status}`}
    onClick=${() => onOpen(item.item_id)}>
    <span class="on-now-head"><span class="on-now-mark"><${Icon} name="pin" />${_("On now")}</span>
      ${item.price && html`<span class="on-now-price">${money(item.price)}</span>`}</span>
    <span class="on-now-body">
      <span class="on-now-number"><bdi>${item.item_number}</bdi></span>
      <span class="on-now-what"><bdi class="on-now-title">${item.title || _("Untitled")}</bdi>
        ${item.variant && html`<bdi class="on-now-variant">${item.variant}</bdi>`}</span>
      <span class="on-now-left"><b>${count(item.total_quantity - item.claimed_count)}</b> ${_("left")}</span>
    </span>
    <${Bar} item=${item} />
    <span class="on-now-foot">${ngettext("{won} of {n} unit won", "{won} of {n} units won", item.total_quantity, { won: count(item.claimed_count) })}
      ${item.waitlist_count ? html` · ${ngettext("{n} waiting", "{n} waiting", item.waitlist_count)}` : null}</span>
  </button>`);

const matches = (item, filter, text) =>
  (filter === "all" || (filter === "out") === (item.status === "sold_out"))
  && (!text || `${item.item_number} ${item.variant ?? ""} ${item.title}`.toLowerCase().includes(text));

/** Which rows are in sight of a list whose rows are all of one height. */
function useSight(list) {
  const [sight, setSight] = useState({ top: 0, height: 800 });
  useEffect(() => {
    const box = list.current;
    const look = () => setSight({ top: box.scrollTop, height: box.clientHeight || 800 });
    const observer = new ResizeObserver(look);
    observer.observe(box);
    box.addEventListener("scroll", look, { passive: true });
    return () => { observer.disconnect(); box.removeEventListener("scroll", look); };
  }, []);
  return sight;
}

/** The list itself: one stop of the tab key, arrows go on from there; Alt and an arrow moves the item. */
function ItemList({ rows, pinnedId, marks, onOpen, onMove, empty }) {
  const list = useRef(null);
  const { top, height } = useSight(list);
  const [active, setActive] = useState(null);
  const now = Math.max(0, rows.findIndex((item) => item.item_id === active));
  const first = Math.max(0, Math.floor(top / ROW_PX) - OVERSCAN);
  const last = Math.min(rows.length - 1, Math.ceil((top + height) / ROW_PX) + OVERSCAN);
  const indexes = [];
  for (let index = first; index <= last; index += 1) indexes.push(index);
  if (rows.length && (now < first || now > last)) indexes.push(now);
  const focusRow = (index) => {
    if (index < 0 || index >= rows.length) return;
    const box = list.current;
    if (index * ROW_PX < box.scrollTop) box.scrollTop = index * ROW_PX;
    else if ((index + 1) * ROW_PX > box.scrollTop + box.clientHeight) box.scrollTop = (index + 1) * ROW_PX - box.clientHeight;
    setActive(rows[index].item_id);
    requestAnimationFrame(() => list.current?.querySelector(`[data-at="${index}"]`)?.focus({ preventScroll: true }));
  };
  const onKeyDown = (event) => {
    if (!event.target.dataset.item || event.ctrlKey || event.metaKey) return;
    const at = Number(event.target.dataset.at);
    const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key];
    if (step && event.altKey) onMove?.(event.target.dataset.item, step);
    else if (step) focusRow(at + step);
    else if (event.key === "Home") focusRow(0);
    else if (event.key === "End") focusRow(rows.length - 1);
    else return;
    event.preventDefault();
  };
  return html`
    <div class="item-list" ref=${list}>
      ${rows.length ? html`<ul class="item-space" style=${{ height: `${rows.length * ROW_PX}px` }} onKeyDown=${onKeyDown}
        aria-labelledby="items-title" onFocusIn=${(event) => event.target.dataset.item && setActive(event.target.dataset.item)}>
        ${indexes.map((index) => html`<${ItemRow} key=${rows[index].item_id} item=${rows[index]} index=${index} size=${rows.length}
          pinned=${rows[index].item_id === pinnedId} active=${index === now} mark=${marks.get(rows[index].item_id)} onOpen=${onOpen} />`)}
      </ul>` : html`<p class="empty">${empty}</p>`}
    </div>`;
}

export const ItemsPanel = memo(({ store, marks, onOpen, onAdd, onMove }) => {
  const state = useParts(store, "items");
  const [filter, setFilter] = useState("all");
  const [text, setText] = useState("");
  const pinnedId = state.show?.pinned_item_id;
  const items = useMemo(() => state.order.map((id) => state.items.get(id)), [state.versions.items]);
  const wanted = text.trim().toLowerCase();
  const shown = useMemo(() => items.filter((item) => matches(item, filter, wanted)), [items, filter, wanted]);
  const out = items.filter((item) => item.status === "sold_out").length;
  const pinned = pinnedId ? state.items.get(pinnedId) : null;
  return html`
    <section class="panel panel-items" aria-labelledby="items-title" id="panel-items">
      <header class="panel-head">
        <h2 id="items-title">${_("Items")} <span class="panel-count">${count(items.length)}</span></h2>
        ${onAdd && html`<button type="button" class="quiet" onClick=${() => onAdd({})}><${Icon} name="plus" />${_("Add item")}</button>`}
        <div class="panel-tools">
          <${Search} label=${_("Find an item")} value=${text} onInput=${setText} />
          <${Segments} label=${_("Which items")} value=${filter} onPick=${setFilter}
            options=${[["all", _("All")], ["left", _("Left")], ["out", _("Sold out"), out]]} />
        </div>
      </header>
      ${pinned && html`<${OnNow} item=${pinned} onOpen=${onOpen} />`}
      <${ItemList} rows=${shown} pinnedId=${pinnedId} marks=${marks} onOpen=${onOpen} onMove=${onMove} empty=${items.length
        ? _("No item matches the filter.") : _("No items yet. Add one, and claims for it count from then on.")} />
    </section>`;
});
