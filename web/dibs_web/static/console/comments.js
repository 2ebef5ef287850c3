/** Right: every comment that was heard, and what became of it. */
import { _ } from "../lib/i18n.js";
import { html, useMemo, useRef, useState } from "./html.js";
import { authorOf, count, timeOf } from "./format.js";
import { useParts } from "./live.js";
import { Icon, Search, Segments } from "./views.js";
import { ListRow, WindowedList, memo, newComments } from "./vlist.js";
import { usePages, useSettled } from "./wanted.js";
import { reasonWords, ruleWords, verdictWords } from "./words.js";

const MARKS = {
  claim: "won", pass: "back", review: "look", stored: "gone", quarantined: "cross",
};
const MARK_WORDS = {
  claim: _("claim"), pass: _("pass"), review: _("look"), stored: _("kept"), quarantined: _("unread"),
};
const SETTLED = { claim: ["won", _("claim")], declined: ["gone", _("declined")] };
const ACTS = new Set(["claim", "pass", "review"]);

/** The icon and the word beside a comment; a doubtful one has what an operator made of it. */
const markOf = ({ verdict, settled }) => SETTLED[settled] ?? [MARKS[verdict], MARK_WORDS[verdict]];

/** What became of a comment, in words; empty for ordinary chatter. */
export function outcome(comment) {
  const parts = [];
  if (comment.settled) parts.push(comment.settled === "claim" ? _("accepted by an operator") : reasonWords("declined_by_operator"));
  else if (comment.verdict !== "ignored") parts.push(verdictWords(comment.verdict));
  if (comment.late) parts.push(_("late"));
  if (comment.edited_text != null) parts.push(_("changed afterwards, the first text counts"));
  if (comment.removed_at) parts.push(_("deleted afterwards"));
  if (comment.reason && comment.reason !== "no_claim_word") parts.push(reasonWords(comment.reason));
  if (comment.rule && ACTS.has(comment.verdict)) parts.push(_("matched by: {rule}", { rule: ruleWords(comment.rule) }));
  return parts.join(" – ");
}

const CommentRow = memo((props) => {
  const { row: comment, blocked, onBuyer, onGive } = props;
  const told = outcome(comment);
  const id = `comment-${comment.comment_no}`;
  const [mark, markWord] = markOf(comment);
  const author = authorOf(comment);
  const name = html`<bdi class=${author ? "handle" : "handle nobody"}>${author ?? _("Hidden author")}</bdi>`;
  const shut = comment.buyer_id && blocked.has(comment.buyer_id);
  return html`
    <${ListRow} ...${props} class=${`comment verdict-${comment.settled ?? comment.verdict} ${shut ? "by-blocked" : ""}`} describedBy=${told ? id : undefined}
      title=${told || undefined}>
      <time dateTime=${comment.posted_at}>${timeOf(comment.posted_at)}</time>
      <p class="comment-body">${comment.buyer_id && onBuyer
        ? html`<button type="button" class="plain" tabindex="-1" onClick=${() => onBuyer({ buyer_id: comment.buyer_id, handle: author })}>${name}</button>`
        : name}${" "}${shut && html`<span class="blocked-mark"><${Icon} name="blocked" />${_("blocked")}</span> `}
        <bdi class=${`comment-text ${comment.removed_at ? "comment-gone" : ""}`}>${comment.text}</bdi>
        ${comment.edited_text != null && html`<span class="comment-edited">${" "}${_("now:")} <bdi>${comment.edited_text}</bdi></span>`}
        ${comment.removed_at && html`<span class="comment-edited">${" "}${_("deleted")}</span>`}</p>
      ${mark && html`<span class="comment-mark"><${Icon} name=${mark} />${comment.late ? _("late") : markWord}</span>`}
      ${onGive && props.held && html`<button type="button" class="small give" onClick=${() => onGive(comment)}
        aria-label=${author ? _("Give item to {name}", { name: author }) : _("Give item to the hidden author")}>${_("Give item")}</button>`}
      ${told && html`<span class="comment-told" id=${id}>${told}</span>`}
    <//>`;
});

const keyOf = (comment) => String(comment.comment_no);

/** The comments that pass a filter, extended in place while comments are only appended. */
function filtered(cache, source, filter, text) {
  const same = cache.source === source && cache.filter === filter && cache.text === text;
  if (!same) Object.assign(cache, { source, filter, text, rows: [], done: 0 });
  for (; cache.done < source.length; cache.done += 1) {
    const comment = source[cache.done];
    if (filter === "claims" && !ACTS.has(comment.verdict)) continue;
    if (filter === "others" && (comment.verdict === "claim" || comment.verdict === "pass")) continue;
    if (text && !`${comment.author?.name ?? ""} ${comment.text}`.toLowerCase().includes(text)) continue;
    cache.rows.push(comment);
  }
  return cache.rows;
}

/** Older comments of the filter, which the server looks for; the oldest first. */
function useOlder(store, filter, text) {
  const settled = useSettled(text);
  const pages = usePages(filter === "claims" || settled ? { q: settled, claims_only: filter === "claims" } : null,
    async (given, cursor) => {
      const first = store.state.comments[0]?.comment_no;
      const page = await store.api.findComments({ ...given, cursor: cursor ?? first, limit: 200 });
      return { rows: page.comments, next: page.next };
    });
  return pages;
}

export const CommentsPanel = memo(({ store, onGive, onBuyer }) => {
  const state = useParts(store, "comments");
  const [filter, setFilter] = useState("all");
  const [text, setText] = useState("");
  const cache = useRef({});
  const wanted = text.trim().toLowerCase();
  const plain = filter === "all" && !wanted;
  const older = useOlder(store, filter, wanted);
  const loaded = plain ? state.comments : filtered(cache.current, state.comments, filter, wanted);
  const first = state.comments[0]?.comment_no ?? Infinity;
  const found = older.rows.filter((comment) => comment.comment_no < first && (filter !== "others" || !ACTS.has(comment.verdict)));
  const rows = found.length ? [...found].reverse().concat(loaded) : loaded;
  const blocked = state.blockedView;
  const context = useMemo(() => ({ onGive, onBuyer, blocked }), [onGive, onBuyer, blocked]);
  const onEnd = () => (plain || (filter === "others" && !wanted) ? store.loadOlder().catch(() => {}) : older.more());
  const busy = store.loadingOlder || older.busy;
  return html`
    <section class="panel panel-comments" aria-labelledby="comments-title" id="panel-comments">
      <header class="panel-head">
        <h2 id="comments-title">${_("Comments")} <span class="panel-count">${count(state.counts.comments)}</span></h2>
        <div class="panel-tools">
          <${Search} label=${_("Find in comments")} value=${text} onInput=${setText} />
          <${Segments} label=${_("Which comments")} value=${filter} onPick=${setFilter}
            options=${[["all", _("All")], ["claims", _("Claims")], ["others", _("Questions & others")]]} />
        </div>
      </header>
      <${WindowedList} key=${filter} rows=${rows} shape=${0} keyOf=${keyOf} estimate=${34} Row=${CommentRow} context=${context}
        label=${_("Comments, newest first")} newer=${newComments} onEnd=${onEnd}
        empty=${busy ? _("Looking…") : plain ? _("No comments yet. They appear here as viewers write.") : _("No comment matches the filter.")} />
      ${busy && rows.length > 0 && html`<p class="loading-older">${_("Loading older comments…")}</p>`}
      ${older.fault && html`<p class="loading-older" role="alert">${older.fault.message}</p>`}
    </section>`;
});
