/** The claims of a show: by id, in the order of decisions, in line for an item, waiting for an operator. No I/O, no view. */

const NEEDS_A_LOOK = new Set(["review", "unmatched"]);

/** The feed is ordered by decision, the newest last. */
const feedKey = (claim) => claim.decision_no ?? Date.parse(claim.decided_at);

/**
 * `feed` is changed in place: rows are appended and replaced; `shape` counts the times that a row went in or out
 * somewhere else, so that whoever keeps something by index knows when to forget it.
 */
export class ClaimBook {
  constructor() {
    this.shape = 0;
    this.clear();
  }

  clear() {
    Object.assign(this, {
      byId: new Map(), feed: [], queues: new Map(), looks: new Map(), wins: new Map(), comments: new Map(),
    });
    this.shape += 1;
  }

  get(id) {
    return this.byId.get(id);
  }

  /** Put a claim in, or in the place of what was known of it. */
  put(claim) {
    const before = this.byId.get(claim.claim_id);
    if (before) this.forget(before);
    this.byId.set(claim.claim_id, claim);
    this.note(claim);
    const key = feedKey(claim);
    if (before && feedKey(before) === key) {
      this.feed[this.indexOf(before)] = claim;
      return;
    }
    if (before) this.cut(this.indexOf(before));
    if (!this.feed.length || feedKey(this.feed.at(-1)) <= key) this.feed.push(claim);
    else {
      this.feed.splice(lowerBound(this.feed, key, feedKey), 0, claim);
      this.shape += 1;
    }
  }

  /** Take a claim out altogether. */
  drop(id) {
    const claim = this.byId.get(id);
    if (!claim) return;
    this.forget(claim);
    this.byId.delete(id);
    this.cut(this.indexOf(claim));
  }

  cut(index) {
    if (index < 0) return;
    this.feed.splice(index, 1);
    this.shape += 1;
  }

  indexOf(claim) {
    const key = feedKey(claim);
    for (let at = lowerBound(this.feed, key, feedKey); at < this.feed.length; at += 1) {
      if (this.feed[at] === claim) return at;
      if (feedKey(this.feed[at]) !== key) break;
    }
    return -1;
  }

  note(claim) {
    if (claim.status === "waitlist") entryOf(this.queues, claim.item_id).set(claim.claim_id, claim);
    if (NEEDS_A_LOOK.has(claim.status)) this.looks.set(claim.claim_id, claim);
    if (claim.status === "winner") this.wins.set(claim.buyer_id, (this.wins.get(claim.buyer_id) ?? 0) + 1);
    if (claim.comment_no != null) entryOf(this.comments, claim.comment_no).set(claim.claim_id, claim);
  }

  forget(claim) {
    this.comments.get(claim.comment_no)?.delete(claim.claim_id);
    if (claim.status === "waitlist") this.queues.get(claim.item_id)?.delete(claim.claim_id);
    this.looks.delete(claim.claim_id);
    if (claim.status !== "winner") return;
    const left = (this.wins.get(claim.buyer_id) ?? 1) - 1;
    if (left) this.wins.set(claim.buyer_id, left);
    else this.wins.delete(claim.buyer_id);
  }

  /** Those who wait for an item from a position on move by one, because somebody left or came in before them. */
  shift(itemId, from, step) {
    const queue = this.queues.get(itemId);
    if (!queue) return;
    for (const claim of [...queue.values()]) {
      if (claim.waitlist_position >= from) this.put({ ...claim, waitlist_position: claim.waitlist_position + step });
    }
  }

  /** What became of a comment by its claims: "claim", "declined", or null while any of them is open, or there is none. */
  settled(commentNo) {
    const claims = [...(this.comments.get(commentNo)?.values() ?? [])].filter((claim) => claim.kind !== "pass");
    const statuses = claims.map((claim) => claim.status);
    if (!statuses.length || statuses.some((status) => NEEDS_A_LOOK.has(status))) return null;
    return statuses.every((status) => status === "declined") ? "declined" : "claim";
  }

  /** What an operator has to decide, the oldest comment first. */
  toDecide() {
    return [...this.looks.values()].sort(byTime);
  }
}

const byTime = (a, b) => Date.parse(a.posted_at) - Date.parse(b.posted_at) || feedKey(a) - feedKey(b);

function entryOf(map, key) {
  if (!map.has(key)) map.set(key, new Map());
  return map.get(key);
}

/** The first index whose key is not below `key`. */
export function lowerBound(rows, key, keyOf) {
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (keyOf(rows[middle]) < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
