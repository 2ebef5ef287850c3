/** Middle: what was decided, the newest on top. */
import { _ } from "../lib/i18n.js";
import { html, useMemo, useState } from "./html.js";
import { count, itemLabel, nameOf, timeOf } from "./format.js";
import { useParts } from "./live.js";
import { Chip, Icon, Search, Segments } from "./views.js";
import { ListRow, WindowedList, memo, newClaims } from "./vlist.js";
import { usePages, useSettled } from "./wanted.js";
import { claimSentence, claimStatusWords, reasonWords, ruleWords } from "./words.js";

const CHIPS = {
  winner: ["won", "won"], waitlist: ["wait", "waits"], review: ["look", "look"], unmatched: ["look", "missing"],
  released: ["gone", "back"], passed: ["gone", "back"], declined: ["off", "cross"],
};
const STATUSES = { won: ["winner"], wait: ["waitlist"], gone: ["released", "passed", "declined"] };
const EMPTY = {
  all: _("No claims yet. They appear here the moment a comment claims something."),
  won: _("Nobody has won anything yet."),
  wait: _("Nobody waits for anything."),
  gone: _("Nothing was given back, released or declined."),
};

const statusWords = (claim) =>
  (claim.kind === "pass" && claim.status === "passed" ? _("gave back") : claim.status === "waitlist" && claim.waitlist_position
    ? _("waits, no. {n}", { n: count(claim.waitlist_position) }) : claimStatusWords(claim.status));

const whyShown = (claim) => {
  if (claim.status === "winner" && !claim.reason) return "";
  return claim.reason && claim.status !== "unmatched" ? reasonWords(claim.reason) : "";
};

const ClaimRow = memo((props) => {
  const { row: claim, blocked, marks, onOpen, onBuyer, onReview, onWhy } = props;
  const [tone, icon] = CHIPS[claim.status] ?? ["gone", "gone"];
  const [why, mark] = [whyShown(claim), marks.get(claim.claim_id)];
  return html`
    <${ListRow} ...${props} class=${`claim tone-${tone} ${mark ? "marked" : ""}`}
      label=${`${nameOf(claim)}, ${itemLabel(claim)}, ${claim.quantity}, ${claimSentence(claim)}`}>
      <time dateTime=${claim.posted_at}>${timeOf(claim.posted_at)}</time>
      <span class="claim-who">${claim.buyer_id && onBuyer
        ? html`<button type="button" class="handle plain" tabindex="-1" onClick=${() => onBuyer(claim)}><bdi>${nameOf(claim)}</bdi></button>`
        : html`<bdi class="handle">${nameOf(claim)}</bdi>`}
        ${blocked.has(claim.buyer_id) && html`<span class="blocked-mark"><${Icon} name="blocked" />${_("blocked")}</span>`}
        ${mark ? html`<span class="claim-why mark">${mark}</span>` : why && html`<span class="claim-why">${why}</span>`}</span>
      ${claim.item_id
        ? html`<button type="button" class="code" tabindex="-1" onClick=${() => onOpen(claim)}><span
            class="visually-hidden">${_("Open item")} </span><bdi>${claim.item_number}</bdi>${claim.variant
              && html`<bdi class="variant">${claim.variant}</bdi>`}</button>`
        : html`<span class="code code-none"><bdi>${claim.item_number || "–"}</bdi></span>`}
      <span class="times">${claim.quantity > 1 && html`×${count(claim.quantity)}`}</span>
      <span class="claim-status" title=${claim.rule ? _("matched by: {rule}", { rule: ruleWords(claim.rule) }) : undefined}>
        <${Chip} tone=${tone} icon=${icon}>${statusWords(claim)}<//></span>
      <span class="row-acts">
        ${tone === "look" && html`<button type="button" class="small" tabindex="-1" onClick=${() => onReview(claim)}>${_("Review")}</button>`}
        <button type="button" class="small why" tabindex=${props.active ? "0" : "-1"} onClick=${() => onWhy(claim)}
          aria-label=${_("Why? {name}, {item}", { name: nameOf(claim), item: itemLabel(claim) })}>${_("why?")}</button></span>
    <//>`;
});

const keyOf = (claim) => claim.claim_id;

/** A filter that another panel set, and how to take it off. */
const Only = ({ words, onClear }) => html`<p class="only"><span>${_("Only")} <bdi>${words}</bdi></span>
  <button type="button" class="small quiet" onClick=${onClear}>${_("Show all")}</button></p>`;

/** The claims that pass the filter, in the order of the feed. */
function keep(book, filter, only, text) {
  const statuses = STATUSES[filter];
  return book.feed.filter((claim) => (!statuses || statuses.includes(claim.status))
    && (!only.item || claim.item_id === only.item.id) && (!only.buyer || claim.buyer_id === only.buyer.id)
    && (!text || `${claim.handle ?? ""} ${claim.item_number ?? ""} ${claim.variant ?? ""}`.toLowerCase().includes(text)));
}

export const ClaimsPanel = memo(({ store, only, onOnly, marks, looks, onTab, onOpenItem, onBuyer, onReview, onWhy }) => {
  const state = useParts(store, "claims");
  const [filter, setFilter] = useState("all");
  const [text, setText] = useState("");
  const wanted = text.trim().toLowerCase();
  const plain = filter === "all" && !wanted && !only.item && !only.buyer;
  const { book } = state;
  const rows = useMemo(() => (plain ? book.feed : keep(book, filter, only, wanted)),
    [plain || state.versions.claims, book.feed, filter, only, wanted]);
  const settled = useSettled(wanted);
  const asked = plain ? null : { status: STATUSES[filter]?.length === 1 ? STATUSES[filter][0] : null, q: settled, item_id: only.item?.id, buyer_id: only.buyer?.id };
  const pages = usePages(asked, async (given, cursor) => ({ rows: [], next: await store.loadClaims({ ...given, cursor }) }));
  const onEnd = () => (plain ? store.loadOlderClaims().catch(() => {}) : pages.more());
  const open = useMemo(() => (claim) => claim.item_id && onOpenItem(claim.item_id), [onOpenItem]);
  const blocked = state.blockedView;
  const context = useMemo(() => ({ onOpen: open, onBuyer, onReview, onWhy, marks, blocked }),
    [open, onBuyer, onReview, onWhy, marks, blocked]);
  const narrowed = only.item?.label ?? only.buyer?.label;
  return html`
    <section class="panel panel-claims" aria-labelledby="claims-title" id="panel-claims">
      <header class="panel-head">
        <h2 id="claims-title">${_("Claims")} <span class="panel-count">${count(state.counts.claims)}</span></h2>
        <button type="button" class="quiet panel-other" onClick=${() => onTab("review")}>${_("Review")}
          <span class=${looks ? "badge" : "badge badge-none"}>${count(looks)}</span></button>
        <div class="panel-tools">
          <${Search} label=${_("Find a buyer or item")} value=${text} onInput=${setText} />
          <${Segments} label=${_("Which claims")} value=${filter} onPick=${setFilter} options=${[
            ["all", _("All")], ["won", _("Winners")], ["wait", _("Waitlist")], ["gone", _("Given back")]]} />
        </div>
        ${narrowed && html`<${Only} words=${narrowed} onClear=${() => onOnly({})} />`}
      </header>
      <${WindowedList} key=${`${filter} ${narrowed ?? ""}`} rows=${rows} shape=${plain ? book.shape : 0} keyOf=${keyOf} estimate=${40}
        Row=${ClaimRow} context=${context} label=${_("Claims, newest first")} newer=${newClaims} onOpen=${open} onEnd=${onEnd}
        empty=${pages.busy && !plain ? _("Looking…") : plain || !(wanted || narrowed) ? EMPTY[filter] : _("No claim matches the filter.")} />
    </section>`;
});
