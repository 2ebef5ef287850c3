/** The state of a show as this page knows it, and how each event changes it. No I/O, no view. */

const MAX_COMMENTS = 50000;
const SNAPSHOT_CLAIMS = 500;

/** What a page knows before it has loaded anything. */
export function emptyState() {
  return {
    show: null, items: new Map(), order: [], claims: new Map(), feed: [], comments: [],
    counts: { comments: null, claims: null, buyers: null }, minutes: new Map(), seconds: new Map(),
    coveredFrom: 0, clockAhead: 0, allClaims: false,
    epoch: null, seq: -1, problem: null, moreComments: true, staleQueues: new Set(),
    versions: { show: 0, items: 0, claims: 0, comments: 0 },
  };
}

/** Replace everything by a snapshot; comments that were loaded before and are older stay. */
export function loadSnapshot(state, snapshot) {
  const [epoch, seq] = splitPosition(snapshot.position);
  Object.assign(state, { epoch, seq, show: snapshot.show, counts: { ...snapshot.counts }, problem: null });
  state.clockAhead = snapshot.now ? Date.parse(snapshot.now) - Date.now() : 0;
  state.allClaims = snapshot.claims.length < SNAPSHOT_CLAIMS;
  state.items = new Map(snapshot.items.map((item) => [item.item_id, item]));
  sortItems(state);
  state.claims = new Map();
  state.staleQueues.clear();
  state.feed = [];
  for (const claim of [...snapshot.claims].reverse()) putClaim(state, claim);
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
}

/** `epoch:seq` into its parts; a show in which nothing has happened yet has no position. */
export function splitPosition(position) {
  if (position == null) return [null, 0];
  const cut = position.lastIndexOf(":");
  return [position.slice(0, cut), Number(position.slice(cut + 1))];
}

/** The stream position of the state. */
export const positionOf = (state) => (state.epoch == null ? null : `${state.epoch}:${state.seq}`);

/** The server's clock, as far as this page can tell. */
export const serverNow = (state) => Date.now() + state.clockAhead;

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
  "claim.promoted": (state, data) => {
    claimChanged(state, data.claim, data.rest ? null : "waitlist");
    if (data.rest) claimChanged(state, data.rest, "waitlist");
  },
  "item.updated": (state, data) => itemChanged(state, data.item),
  "show.status": (state, data) => {
    const ended = data.status === "ended" ? data.at : state.show.ended_at;
    const activated = state.show.activated_at ?? (data.status === "active" ? data.at : null);
    state.show = {
      ...state.show, status: data.status, pinned_item_id: data.pinned_item_id,
      ended_at: ended, activated_at: activated,
    };
    state.versions.show += 1;
    state.versions.items += 1;
  },
  problem: (state, data) => {
    state.problem = data;
    state.versions.show += 1;
  },
};

function addComment(state, comment) {
  state.versions.comments += 1;
  const last = state.comments.at(-1);
  if (last && comment.comment_no <= last.comment_no) return replaceComment(state, comment);
  state.comments.push(comment);
  if (state.comments.length > MAX_COMMENTS) state.comments = state.comments.slice(MAX_COMMENTS / 10);
  state.counts.comments = (state.counts.comments ?? 0) + 1;
  bump(state.minutes, minuteOf(comment.received_at));
  bump(state.seconds, secondOf(comment.received_at));
  return undefined;
}

function replaceComment(state, comment) {
  const at = lowerBound(state.comments, comment.comment_no, (row) => row.comment_no);
  if (state.comments[at]?.comment_no === comment.comment_no) state.comments[at] = comment;
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

/** Merge claims that a filter loaded. */
export function mergeClaims(state, claims) {
  for (const claim of claims) if (!state.claims.has(claim.claim_id)) putClaim(state, claim);
  state.versions.claims += 1;
}

function claimChanged(state, claim, was = null) {
  const before = state.claims.get(claim.claim_id);
  const waited = before ? before.status === "waitlist" : was === "waitlist";
  const waits = claim.status === "waitlist";
  if (waited && !waits && before) shiftQueue(state, claim.item_id, before.waitlist_position + 1, -1);
  else if (waited && !waits) state.staleQueues.add(claim.item_id);
  else if (waits && !waited) shiftQueue(state, claim.item_id, claim.waitlist_position, 1);
  if (!before && claim.kind !== "pass") state.counts.claims = (state.counts.claims ?? 0) + 1;
  putClaim(state, claim);
  state.versions.claims += 1;
}

/** Those who wait from a position on move by one, because somebody left or came in before them. */
function shiftQueue(state, itemId, from, step) {
  for (const claim of state.claims.values()) {
    if (claim.item_id === itemId && claim.status === "waitlist" && claim.waitlist_position >= from) {
      putClaim(state, { ...claim, waitlist_position: claim.waitlist_position + step });
    }
  }
}

/** Take the true positions of an item's waitlist, where it could not be followed event by event. */
export function correctQueue(state, waitlist) {
  for (const claim of waitlist) if (state.claims.has(claim.claim_id)) putClaim(state, claim);
  state.versions.claims += 1;
}

/** The feed is ordered by decision, the newest last. */
const feedKey = (claim) => claim.decision_no ?? Date.parse(claim.decided_at);

function putClaim(state, claim) {
  const before = state.claims.get(claim.claim_id);
  state.claims.set(claim.claim_id, claim);
  if (before) {
    const at = state.feed.lastIndexOf(before);
    if (feedKey(before) === feedKey(claim)) {
      state.feed[at] = claim;
      return;
    }
    state.feed.splice(at, 1);
  }
  const key = feedKey(claim);
  if (!state.feed.length || feedKey(state.feed.at(-1)) <= key) state.feed.push(claim);
  else state.feed.splice(lowerBound(state.feed, key, feedKey), 0, claim);
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

/** Units won and units offered, over all items. */
export function units(state) {
  let [won, total, waiting] = [0, 0, 0];
  for (const item of state.items.values()) {
    won += item.claimed_count;
    total += item.total_quantity;
    waiting += item.waitlist_count;
  }
  return { won, total, waiting };
}

/** Buyers who have won something: counted here while every claim is known, else as the server counted last. */
export function buyersWon(state) {
  if (!state.allClaims) return state.counts.buyers;
  const buyers = new Set();
  for (const claim of state.claims.values()) if (claim.status === "winner") buyers.add(claim.buyer_id);
  return buyers.size;
}

/** Comments received in the last 60 seconds before `now` (ms). */
export function rate(state, now) {
  if (state.coveredFrom > now - 60000) return minuteRate(state, now);
  const newest = Math.floor(now / 1000);
  let sum = 0;
  for (const [second, number] of state.seconds) {
    if (second <= newest - 60) state.seconds.delete(second);
    else sum += number;
  }
  return sum;
}

/** The same from the figures of the minutes, while this page has not yet seen a whole minute itself. */
function minuteRate(state, now) {
  const minute = Math.floor(now / 60000);
  const share = 1 - (now % 60000) / 60000;
  return Math.round((state.minutes.get(minute) ?? 0) + share * (state.minutes.get(minute - 1) ?? 0));
}

/** Comments of each of the last `length` minutes, oldest first; the last one is the minute up to now. */
export function minutesBack(state, now, length = 30) {
  const newest = Math.floor(now / 60000);
  const whole = Array.from({ length: length - 1 }, (_, index) => state.minutes.get(newest - length + 1 + index) ?? 0);
  return [...whole, rate(state, now)];
}

const minuteOf = (instant) => Math.floor(Date.parse(instant) / 60000);
const secondOf = (instant) => Math.floor(Date.parse(instant) / 1000);
const bump = (map, key) => map.set(key, (map.get(key) ?? 0) + 1);

function lowerBound(rows, key, keyOf) {
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (keyOf(rows[middle]) < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
