/** Right: every comment that was heard, and what became of it. */
import { html, useMemo, useRef, useState } from "./html.js";
import { count, timeOf } from "./format.js";
import { Icon, Search, Segments } from "./views.js";
import { ListRow, WindowedList, memo } from "./vlist.js";
import { reasonWords, ruleWords, verdictWords } from "./words.js";

const MARKS = {
  claim: "won", pass: "back", review: "look", stored: "gone", quarantined: "cross",
};
const ACTS = new Set(["claim", "pass", "review"]);

/** What became of a comment, in words; empty for ordinary chatter. */
function outcome(comment) {
  const parts = [];
  if (comment.verdict !== "ignored") parts.push(verdictWords(comment.verdict));
  if (comment.late) parts.push("late");
  if (comment.reason && comment.reason !== "no_claim_word") parts.push(reasonWords(comment.reason));
  if (comment.rule && ACTS.has(comment.verdict)) parts.push(`matched by: ${ruleWords(comment.rule)}`);
  return parts.join(" – ");
}

const CommentRow = memo((props) => {
  const { row: comment, onGive } = props;
  const told = outcome(comment);
  const id = `comment-${comment.comment_no}`;
  const mark = MARKS[comment.verdict];
  const author = comment.author?.name || comment.author?.id;
  return html`
    <${ListRow} ...${props} class=${`comment verdict-${comment.verdict}`} describedBy=${told ? id : undefined}
      title=${told || undefined}>
      <time dateTime=${comment.posted_at}>${timeOf(comment.posted_at)}</time>
      <p class="comment-body"><bdi class=${author ? "handle" : "handle nobody"}>${author ?? "Hidden author"}</bdi>${" "}
        <bdi class="comment-text">${comment.text}</bdi></p>
      ${mark && html`<span class="comment-mark"><${Icon} name=${mark} />${comment.late ? "late" : markWord(comment)}</span>`}
      ${onGive && html`<button type="button" class="small give" aria-label=${`Give item to ${author ?? "the hidden author"}`}
        onClick=${() => onGive(comment)}>Give item</button>`}
      ${told && html`<span class="comment-told" id=${id}>${told}</span>`}
    <//>`;
});

const markWord = (comment) =>
  ({ claim: "claim", pass: "pass", review: "look", stored: "kept", quarantined: "unread" })[comment.verdict];

const keyOf = (comment) => String(comment.comment_no);

/** The comments that pass a filter, extended in place while comments are only appended. */
function filtered(cache, source, filter, text) {
  const same = cache.source === source && cache.filter === filter && cache.text === text;
  if (!same) Object.assign(cache, { source, filter, text, rows: [], done: 0 });
  for (; cache.done < source.length; cache.done += 1) {
    const comment = source[cache.done];
    if (filter === "claims" && !ACTS.has(comment.verdict)) continue;
    if (filter === "look" && comment.verdict !== "review" && comment.verdict !== "quarantined") continue;
    if (text && !`${comment.author?.name ?? ""} ${comment.text}`.toLowerCase().includes(text)) continue;
    cache.rows.push(comment);
  }
  return cache.rows;
}

export const CommentsPanel = memo(({ state, version, store, loadingOlder, onGive }) => {
  const [filter, setFilter] = useState("all");
  const [text, setText] = useState("");
  const cache = useRef({});
  const wanted = text.trim().toLowerCase();
  const rows = filter === "all" && !wanted ? state.comments : filtered(cache.current, state.comments, filter, wanted);
  const context = useMemo(() => ({ onGive }), [onGive]);
  const onEnd = useMemo(() => () => store.loadOlder().catch(() => {}), [store]);
  return html`
    <section class="panel panel-comments" aria-labelledby="comments-title" id="panel-comments">
      <header class="panel-head">
        <h2 id="comments-title">Comments <span class="panel-count">${count(state.counts.comments)}</span></h2>
        <div class="panel-tools">
          <${Search} label="Find in comments" value=${text} onInput=${setText} />
          <${Segments} label="Which comments" value=${filter} onPick=${setFilter}
            options=${[["all", "All"], ["claims", "Only claims"], ["look", "Unclear"]]} />
        </div>
      </header>
      <${WindowedList} key=${filter} rows=${rows} version=${version} keyOf=${keyOf} estimate=${34} Row=${CommentRow} context=${context}
        label="Comments, newest first" unit="comment" onEnd=${onEnd}
        empty=${wanted || filter !== "all" ? "No comment matches the filter." : "No comments yet. They appear here as viewers write."} />
      ${loadingOlder && html`<p class="loading-older">Loading older comments…</p>`}
    </section>`;
});
