/** The state of a show as this page knows it, and how each event changes it. No I/O, no view. */
import { ClaimBook, lowerBound } from "./book.js";
import { bump, minuteOf, secondOf } from "./figures.js";

const MAX_COMMENTS = 50000;
const MAX_UNCLEAR = 200;
const SNAPSHOT_CLAIMS = 500;

/** What a page knows before it has loaded anything. */
export function emptyState() {
  return {
    show: null, items: new Map(), order: [], book: new ClaimBook(), comments: [], unclear: [],
    counts: { comments: null, claims: null, buyers: null }, minutes: new Map(), seconds: new Map(),
    coveredFrom: 0, clockAhead: 0, allClaims: false, claimsFrom: null, blockedView: new Map(),
    streams: [], epoch: null, seq: -1, problem: null, moreComments: true, staleQueues: new Set(),
    versions: { show: 0, items: 0, claims: 0, comments: 0, looks: 0 },
  };
}

/** Replace everything by a snapshot; comments that were loaded before and are older stay. */
export function loadSnapshot(state, snapshot) {
  const [epoch, seq] = splitPosition(snapshot.position);
  Object.assign(state, { epoch, seq, show: snapshot.show, counts: { ...snapshot.counts }, problem: null });
  state.streams = snapshot.streams ?? [];
  state.clockAhead = snapshot.now ? Date.parse(snapshot.now) - Date.now() : 0;
  state.allClaims = snapshot.claims.length < SNAPSHOT_CLAIMS;
  state.items = new Map(snapshot.items.map((item) => [item.item_id, item]));
  sortItems(state);
  state.book.clear();
  state.staleQueues.clear();
  for (const claim of [...snapshot.claims].reverse()) state.book.put(claim);
  state.claimsFrom = state.allClaims ? null : (snapshot.claims.at(-1).decision_no ?? null);
  loadComments(state, [...snapshot.comments].reverse());
  state.minutes = new Map((snapshot.per_minute ?? []).map((row) => [minuteOf(row.at), row.comments]));
  for (const part of Object.keys(state.versions)) state.versions[part] += 1;
}

function loadComments(state, fresh) {
  const older = state.comments.length && fresh.length
    ? state.comments.filter((comment) => comment.comment_no < fresh[0].comment_no) : [];
  const joined = older.length && older.at(-1).comment_no >= fresh[0].comment_no - 1;
  state.comments = joined ? older.concat(fresh) : fresh;
  if (!joined) state.moreComments = true;
  state.seconds = new Map();
  const all = fresh.length >= (state.counts.comments ?? 0);
  state.coveredFrom = all ? 0 : Date.parse(fresh[0].received_at);
  for (const comment of fresh) bump(state.seconds, secondOf(comment.received_at));
  mergeUnclear(state, fresh);
}

/** `epoch:seq` into its parts; a show in which nothing has happened yet has no position. */
export function splitPosition(position) {
  if (position == null) return [null, 0];
  const cut = position.lastIndexOf(":");
  return [position.slice(0, cut), Number(position.slice(cut + 1))];
}

/** The stream position of the state. */
export const positionOf = (state) => (state.epoch == null ? null : `${state.epoch}:${state.seq}`);

/**
 * Apply one event.
 * @returns {"applied"|"old"|"gap"} old: was known already; gap: something before it is missing.
 */
export function applyEvent(state, position, type, data) {
  const [epoch, seq] = splitPosition(position);
  if (epoch !== state.epoch) return "gap";
  if (seq <= state.seq) return "old";
  if (seq > state.seq + 1) return "gap";
  state.seq = seq;
  HANDLERS[type]?.(state, data);
  return "applied";
}

const HANDLERS = {
  "comment.received": (state, comment) => addComment(state, comment),
  "claim.created": (state, data) => claimChanged(state, data.claim),
  "claim.released": (state, data) => claimChanged(state, data.claim, data.was),
  "claim.changed": (state, data) => claimMoved(state, data.claim, data.was ?? {}),
  "claim.promoted": (state, data) => {
    claimChanged(state, data.claim, data.rest ? null : "waitlist");
    if (data.rest) claimChanged(state, data.rest, "waitlist");
  },
  "item.updated": (state, data) => itemChanged(state, data.item),
  "item.removed": (state, data) => {
    state.items.delete(data.item_id);
    sortItems(state);
    state.versions.items += 1;
  },
  "items.reordered": (state, data) => {
    data.item_ids.forEach((id, index) => {
      const item = state.items.get(id);
      if (item) state.items.set(id, { ...item, position: index + 1 });
    });
    sortItems(state);
    state.versions.items += 1;
  },
  "buyer.changed": (state, data) => {
    const blocked = new Map(state.blockedView);
    if (data.blocked) blocked.set(data.buyer_id, data.handle ?? "");
    else blocked.delete(data.buyer_id);
    if (data.erased) forget(state, data.buyer_id);
    setBlocked(state, blocked);
  },
  "show.status": (state, data) => {
    const ended = data.status === "ended" ? data.at : state.show.ended_at;
    const activated = state.show.activated_at ?? (data.status === "active" ? data.at : null);
    state.show = {
      ...state.show, title: data.title ?? state.show.title, status: data.status,
      pinned_item_id: data.pinned_item_id, ended_at: ended, activated_at: activated,
    };
    state.versions.show += 1;
    state.versions.items += 1;
  },
  "stream.status": (state, { stream }) => {
    const at = state.streams.findIndex((one) => one.stream_id === stream.stream_id);
    state.streams = at < 0 ? [...state.streams, stream] : state.streams.map((one, n) => (n === at ? stream : one));
    state.versions.show += 1;
  },
  "stream.removed": (state, data) => {
    state.streams = state.streams.filter((one) => one.stream_id !== data.stream_id);
    state.versions.show += 1;
  },
  "comment.edited": (state, data) => commentChanged(state, data.comment_no, { edited_text: data.text }),
  "comment.removed": (state, data) => commentChanged(state, data.comment_no, { removed_at: data.at }),
  problem: (state, data) => {
    state.problem = data;
    state.versions.show += 1;
  },
};

/** Somebody was erased: their name and words go from what is on the screen too. */
function forget(state, buyerId) {
  const wordless = (row) => (row.buyer_id === buyerId
    ? { ...row, text: "", edited_text: row.edited_text && "", author: { id: `erased:${buyerId}`, name: "" } } : row);
  state.comments = state.comments.map(wordless);
  state.unclear = state.unclear.map(wordless);
  for (const claim of [...state.book.byId.values()]) {
    if (claim.buyer_id === buyerId) state.book.put({ ...claim, handle: "", text: claim.text == null ? claim.text : "" });
  }
}

/** Take the buyers who may not claim, a new map each time. */
export function setBlocked(state, blocked) {
  state.blockedView = blocked;
  for (const part of ["comments", "claims", "looks"]) state.versions[part] += 1;
}

function addComment(state, comment) {
  state.versions.comments += 1;
  const last = state.comments.at(-1);
  if (last && comment.comment_no <= last.comment_no) return replaceComment(state, comment);
  state.comments.push(comment);
  if (state.comments.length > MAX_COMMENTS) state.comments = state.comments.slice(MAX_COMMENTS / 10);
  if (comment.verdict === "review") mergeUnclear(state, [comment]);
  state.counts.comments = (state.counts.comments ?? 0) + 1;
  bump(state.minutes, minuteOf(comment.received_at));
  bump(state.seconds, secondOf(comment.received_at));
  return undefined;
}

/** A comment that is loaded was changed, or deleted, at its platform. */
function commentChanged(state, number, change) {
  const known = commentOf(state, number);
  if (known) replaceComment(state, { ...known, ...change });
  const at = state.unclear.findIndex((one) => one.comment_no === number);
  if (at >= 0) state.unclear = state.unclear.map((one, n) => (n === at ? { ...one, ...change } : one));
  state.versions.comments += 1;
  state.versions.looks += 1;
}

function replaceComment(state, comment) {
  const at = lowerBound(state.comments, comment.comment_no, (row) => row.comment_no);
  if (state.comments[at]?.comment_no === comment.comment_no) state.comments[at] = comment;
}

/** The comment of this number, if it is loaded. */
export function commentOf(state, number) {
  const at = lowerBound(state.comments, number, (row) => row.comment_no);
  return state.comments[at]?.comment_no === number ? state.comments[at] : null;
}

/** Keep comments that no rule may decide at hand, the oldest first. */
export function mergeUnclear(state, comments) {
  const newest = state.unclear.at(-1)?.comment_no ?? 0;
  if (comments.length === 1 && comments[0].comment_no > newest) {
    state.unclear.push(comments[0]);
    if (state.unclear.length > 2 * MAX_UNCLEAR) state.unclear = state.unclear.slice(-MAX_UNCLEAR);
    state.versions.looks += 1;
    return;
  }
  const known = new Set(state.unclear.map((comment) => comment.comment_no));
  const fresh = comments.filter((comment) => comment.verdict === "review" && !known.has(comment.comment_no));
  if (!fresh.length) return;
  state.unclear = [...state.unclear, ...fresh].sort((a, b) => a.comment_no - b.comment_no).slice(-MAX_UNCLEAR);
  state.versions.looks += 1;
}

/** Put older comments (newest first, as the API gives them) before the ones that are known. */
export function addOlderComments(state, page) {
  const first = state.comments[0]?.comment_no ?? Infinity;
  const older = page.comments.filter((comment) => comment.comment_no < first)
    .sort((a, b) => a.comment_no - b.comment_no);
  state.comments = older.concat(state.comments);
  state.moreComments = older.length > 0 && page.next != null;
  state.versions.comments += 1;
}

/** Merge claims that were asked for and are older than what is loaded. */
export function mergeClaims(state, claims) {
  for (const claim of claims) if (!state.book.get(claim.claim_id)) state.book.put(claim);
  state.versions.claims += 1;
  state.versions.looks += 1;
}

function claimChanged(state, claim, was = null) {
  const { book } = state;
  const before = book.get(claim.claim_id);
  const waited = before ? before.status === "waitlist" : was === "waitlist";
  const waits = claim.status === "waitlist";
  if (waited && !waits && before) book.shift(before.item_id, before.waitlist_position + 1, -1);
  else if (waited && !waits) state.staleQueues.add(claim.item_id);
  else if (waits && !waited) book.shift(claim.item_id, claim.waitlist_position, 1);
  putChanged(state, claim, before);
}

/** A claim that went over to another item, or has another quantity: whoever waits behind it is counted anew. */
function claimMoved(state, claim, was) {
  const before = state.book.get(claim.claim_id);
  for (const [status, item] of [[was.status ?? before?.status, was.item_id ?? before?.item_id], [claim.status, claim.item_id]]) {
    if (status === "waitlist" && item) state.staleQueues.add(item);
  }
  putChanged(state, claim, before);
}

function putChanged(state, claim, before) {
  if (!before && claim.kind !== "pass") state.counts.claims = (state.counts.claims ?? 0) + 1;
  const looked = state.book.looks.has(claim.claim_id);
  state.book.put(claim);
  state.versions.claims += 1;
  if (looked || state.book.looks.has(claim.claim_id)) state.versions.looks += 1;
  settleComment(state, claim.comment_no);
}

/** A comment that no rule could decide shows what was made of it. */
function settleComment(state, number) {
  const comment = number == null ? null : commentOf(state, number);
  const settled = comment?.verdict === "review" ? state.book.settled(number) : null;
  if (!comment || (comment.settled ?? null) === settled) return;
  state.comments = [...state.comments]; // another list: whoever keeps rows of it by their place reads it anew
  replaceComment(state, { ...comment, settled });
  state.versions.comments += 1;
}

/** Take the true positions of an item's waitlist, where it could not be followed event by event. */
export function correctQueue(state, waitlist) {
  for (const claim of waitlist) if (state.book.get(claim.claim_id)) state.book.put(claim);
  state.versions.claims += 1;
}

function itemChanged(state, item) {
  const known = state.items.get(item.item_id);
  state.items.set(item.item_id, item);
  if (!known || known.position !== item.position) sortItems(state);
  state.versions.items += 1;
}

function sortItems(state) {
  const items = [...state.items.values()];
  items.sort((a, b) => a.position - b.position || a.item_number.localeCompare(b.item_number));
  state.order = items.map((item) => item.item_id);
}
