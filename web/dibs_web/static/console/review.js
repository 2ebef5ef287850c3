/** The review lane: what no rule may decide by itself, the oldest comment first. */
import { _, ngettext } from "../lib/i18n.js";
import { html, useLayoutEffect, useMemo, useRef, useState } from "./html.js";
import { count } from "./format.js";
import { decisions } from "./figures.js";
import { useParts, useTick } from "./live.js";
import { DoubtfulCard, MissingCard, UnclearCard } from "./cards.js";
import { memo } from "./vlist.js";

const SHOWN = 60;
const ITEMS_MS = 1000;
const KEPT = "dibs.console.seen";

/** Unclear comments that were put aside, in this browser. */
function useAside(showId) {
  const [aside, setAside] = useState(() => {
    try {
      return new Set(JSON.parse(sessionStorage.getItem(`${KEPT}.${showId}`) ?? "[]"));
    } catch {
      return new Set();
    }
  });
  const put = (number) => setAside((before) => {
    const next = new Set(before).add(number);
    try {
      sessionStorage.setItem(`${KEPT}.${showId}`, JSON.stringify([...next].slice(-500)));
    } catch {
      // nothing is kept then: the comment comes back with the page
    }
    return next;
  });
  return [aside, put];
}

/** Claims for numbers that the show does not have, together by number. */
function byNumber(claims) {
  const groups = new Map();
  for (const claim of claims) {
    const key = (claim.item_number ?? "").toLowerCase();
    if (!groups.has(key)) groups.set(key, { key: `missing ${key}`, number: claim.item_number, claims: [] });
    groups.get(key).claims.push(claim);
  }
  return [...groups.values()];
}

/** All cards in the order in which they are worked off. */
function cards(state, aside) {
  const open = state.book.toDecide();
  const doubtful = open.filter((claim) => claim.status === "review").map((claim) => ({ kind: "doubtful", key: claim.claim_id, claim }));
  const missing = byNumber(open.filter((claim) => claim.status === "unmatched")).map((group) => ({ kind: "missing", ...group }));
  const unclear = state.unclear.filter((comment) => !aside.has(comment.comment_no) && !state.book.comments.has(comment.comment_no))
    .map((comment) => ({ kind: "unclear", key: `comment ${comment.comment_no}`, comment }));
  return [...doubtful, ...missing, ...unclear];
}

const KINDS = { doubtful: DoubtfulCard, missing: MissingCard, unclear: UnclearCard };
const HEADS = {
  missing: _("Numbers that this show does not have"), unclear: _("Unclear comments, nothing was claimed"),
};

const step = (key) => ({ j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[key]);

/** The focus stays in the list: on the card that moves up into the place of one that was decided. */
function useFocus(rows) {
  const list = useRef(null);
  const [at, setAt] = useState(0);
  const held = useRef(false);
  useLayoutEffect(() => {
    const inside = list.current?.contains(document.activeElement);
    if (held.current && !inside && (document.activeElement === document.body || !document.activeElement)) {
      list.current?.querySelectorAll("[data-look]")[Math.min(at, rows.length - 1)]?.focus();
    }
    held.current = list.current?.contains(document.activeElement) ?? false;
  });
  const onFocusIn = (event) => {
    const card = event.target.closest("[data-look]");
    if (card) setAt(Number(card.dataset.look));
    held.current = true;
  };
  const onFocusOut = (event) => { if (event.relatedTarget) held.current = list.current.contains(event.relatedTarget); };
  const onKeyDown = (event) => {
    const card = event.target.closest("[data-look]");
    if (!card || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("select, input")) return;
    const key = { a: "accept", d: "decline" }[event.key];
    const moved = step(event.key);
    if (moved) list.current.querySelectorAll("[data-look]")[Number(card.dataset.look) + moved]?.focus();
    else if (key) card.querySelector(`[data-do="${key}"]`)?.click();
    else return;
    event.preventDefault();
  };
  return [{ ref: list, onFocusIn, onFocusOut, onKeyDown }, Math.min(at, Math.max(0, rows.length - 1))];
}

export const ReviewPanel = memo(({ store, can, onTab, onDecide, onAdd, onGive, onBuyer, onWhy }) => {
  const state = useParts(store, "looks");
  useTick(2 * ITEMS_MS); // how many units are left
  const [aside, putAside] = useAside(store.api.showId);
  const all = useMemo(() => cards(state, aside), [state.versions.looks, aside]);
  const rows = all.slice(0, SHOWN);
  const [list, active] = useFocus(rows);
  const items = useMemo(() => state.order.map((id) => state.items.get(id)), [Math.floor(Date.now() / ITEMS_MS), state.order]);
  const open = decisions(state);
  return html`
    <section class="panel panel-review" aria-labelledby="review-title" id="panel-review">
      <header class="panel-head">
        <h2 id="review-title" tabindex="-1">${_("Review")} <span class=${open ? "badge" : "panel-count"}>${count(open)}</span></h2>
        <button type="button" class="quiet panel-other" onClick=${() => onTab("claims")}>${_("Claims")}
          <span class="panel-count">${count(state.counts.claims)}</span></button>
        <p class="panel-hint">${can.run ? html`${_("Accepting keeps the place that the comment had in the order.")}
            <span class="keys-hint">${_("Keys: a accept, d decline, j and k to walk.")}</span>`
          : _("Somebody with the role operator decides here.")}</p>
      </header>
      <div class="looks" ...${list}>
        ${rows.map((row, index) => html`
          ${HEADS[row.kind] && rows[index - 1]?.kind !== row.kind && html`<h3 key=${`head ${row.kind}`}>${HEADS[row.kind]}</h3>`}
          <${KINDS[row.kind]} key=${row.key} ...${row} index=${index} active=${index === active} items=${items} state=${state} store=${store}
            can=${can} onDecide=${onDecide} onAdd=${onAdd} onGive=${onGive} onAside=${putAside} onBuyer=${onBuyer} onWhy=${onWhy} />`)}
        ${all.length > rows.length && html`<p class="hint">${ngettext("and {n} more", "and {n} more", all.length - rows.length)}</p>`}
        ${!rows.length && html`<p class="empty">${_("Nothing to decide. Doubtful comments, and claims for numbers that the show does not have, come here with their reason.")}</p>`}
      </div>
    </section>`;
});
