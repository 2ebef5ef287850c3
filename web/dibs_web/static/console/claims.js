/** Middle: what was decided, the newest on top. */
import { html, useEffect, useMemo, useRef, useState } from "./html.js";
import { count, itemLabel, timeOf } from "./format.js";
import { Chip, Icon, Search, Segments } from "./views.js";
import { ListRow, WindowedList, memo } from "./vlist.js";
import { claimSentence, claimStatusWords, reasonWords, ruleWords } from "./words.js";

const CHIPS = {
  winner: ["won", "won"], waitlist: ["wait", "waits"], review: ["look", "look"], unmatched: ["look", "missing"],
  released: ["gone", "back"], passed: ["gone", "back"], declined: ["off", "cross"],
};
const NEEDS_A_LOOK = new Set(["review", "unmatched"]);
const FILTERS = {
  all: () => true,
  won: (claim) => claim.status === "winner",
  wait: (claim) => claim.status === "waitlist",
  look: (claim) => NEEDS_A_LOOK.has(claim.status),
};
const LOADS = { won: ["winner"], wait: ["waitlist"], look: ["review", "unmatched"] };
const EMPTY = {
  all: "No claims yet. They appear here the moment a comment claims something.",
  won: "Nobody has won anything yet.",
  wait: "Nobody waits for anything.",
  look: "Nothing needs a look. Unclear comments and claims for unknown items come here.",
};

const statusWords = (claim) =>
  claim.kind === "pass" && claim.status === "passed" ? "gave back" : claim.status === "waitlist" && claim.waitlist_position
    ? `waits, no. ${count(claim.waitlist_position)}` : claimStatusWords(claim.status);

const whyShown = (claim) => {
  if (claim.status === "winner" && !claim.reason) return "";
  return claim.reason && claim.status !== "unmatched" ? reasonWords(claim.reason) : "";
};

const Actions = ({ claim, can, onDecide, onAdd, onWhy }) => html`
  <span class="row-acts">
    ${can && claim.status === "review" && html`
      <button type="button" class="small strong" onClick=${() => onDecide(claim, "accept")}>Accept</button>
      <button type="button" class="small" onClick=${() => onDecide(claim, "decline")}>Decline</button>`}
    ${onAdd && claim.status === "unmatched" && html`
      <button type="button" class="small strong" onClick=${() => onAdd({ item_number: claim.item_number })}>Create item</button>`}
    <button type="button" class="small why" onClick=${() => onWhy(claim)}
      aria-label=${`Why? ${claim.handle ?? "Unknown"}, ${itemLabel(claim)}`}>why?</button>
  </span>`;

const ClaimRow = memo((props) => {
  const { row: claim, can, onOpen, onDecide, onAdd, onWhy } = props;
  const [tone, icon] = CHIPS[claim.status] ?? ["gone", "gone"];
  const why = whyShown(claim);
  return html`
    <${ListRow} ...${props} class=${`claim tone-${tone}`}
      label=${`${claim.handle ?? "Unknown author"}, ${itemLabel(claim)}, ${claim.quantity}, ${claimSentence(claim)}`}>
      <time dateTime=${claim.posted_at}>${timeOf(claim.posted_at)}</time>
      <span class="claim-who"><bdi class="handle">${claim.handle || "Hidden author"}</bdi>
        ${why && html`<span class="claim-why">${why}</span>`}</span>
      ${claim.item_id
        ? html`<button type="button" class="code" tabindex="-1" onClick=${() => onOpen(claim)}><span
            class="visually-hidden">Open item </span><bdi>${claim.item_number}</bdi>${claim.variant
              && html`<bdi class="variant">${claim.variant}</bdi>`}</button>`
        : html`<span class="code code-none"><bdi>${claim.item_number ?? "–"}</bdi></span>`}
      <span class="times">${claim.quantity > 1 && html`×${count(claim.quantity)}`}</span>
      <span class="claim-status" title=${claim.rule ? `matched by: ${ruleWords(claim.rule)}` : undefined}>
        <${Chip} tone=${tone} icon=${icon}>${statusWords(claim)}<//></span>
      <${Actions} claim=${claim} can=${can} onDecide=${onDecide} onAdd=${onAdd} onWhy=${onWhy} />
    <//>`;
});

const keyOf = (claim) => claim.claim_id;

export const ClaimsPanel = memo(({ state, version, can, store, onOpenItem, onDecide, onAdd, onWhy }) => {
  const [filter, setFilter] = useState("all");
  const [text, setText] = useState("");
  const list = useRef(null);
  const wanted = text.trim().toLowerCase();
  const rows = useMemo(() => {
    const keep = FILTERS[filter];
    if (filter === "all" && !wanted) return state.feed.slice();
    return state.feed.filter((claim) => keep(claim)
      && (!wanted || `${claim.handle ?? ""} ${itemLabel(claim)}`.toLowerCase().includes(wanted)));
  }, [version, filter, wanted]);
  useEffect(() => {
    for (const status of LOADS[filter] ?? []) store.loadClaims({ status }).catch(() => {});
  }, [filter]);
  const looks = useMemo(() => state.feed.filter(FILTERS.look).length, [version]);
  const open = useMemo(() => (claim) => claim.item_id && onOpenItem(claim.item_id), [onOpenItem]);
  const context = useMemo(() => ({ can, onOpen: open, onDecide, onAdd, onWhy }), [can, open, onDecide, onAdd, onWhy]);
  return html`
    <section class="panel panel-claims" aria-labelledby="claims-title" id="panel-claims">
      <header class="panel-head">
        <h2 id="claims-title">Claims <span class="panel-count">${count(state.counts.claims)}</span></h2>
        <div class="panel-tools">
          <${Search} label="Find a buyer or item" value=${text} onInput=${setText} />
          <${Segments} label="Which claims" value=${filter} onPick=${setFilter} options=${[
            ["all", "All"], ["won", "Winners"], ["wait", "Waitlist"], ["look", "Needs a look", looks]]} />
        </div>
      </header>
      <${WindowedList} key=${filter} ref=${list} rows=${rows} version=${version} keyOf=${keyOf} estimate=${40} Row=${ClaimRow}
        context=${context} label="Claims, newest first" unit="claim" onOpen=${open}
        empty=${wanted ? "No claim matches the filter." : EMPTY[filter]} />
    </section>`;
});
