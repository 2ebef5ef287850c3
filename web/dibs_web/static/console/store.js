/**
 * The one source of what the panels show: loads the snapshot, follows the stream, says honestly how it stands.
 *
 * Phases: loading, live, catching (connected, but behind), lost (no connection, trying again),
 * polling (the stream does not get through, the snapshot does), signed_out, missing.
 */
import { backoff, openStream } from "./stream.js";
import { Turns } from "./turns.js";
import {
  addOlderComments, applyEvent, correctQueue, emptyState, loadSnapshot, mergeClaims, mergeUnclear, positionOf,
  splitPosition,
} from "./state.js";

const FRAME_BUDGET_MS = 8;
const SPREAD_FRAMES = 14;
const LEAST = 6;
const SMOOTH_BELOW = 400;
const HIDDEN_FLUSH_MS = 250;
const REPLAY_LIMIT = 5000;
const OPEN_MS = 8000;
const QUIET_MS = 20000;
const POLL_MS = 3000;
const POLL_AFTER = 3;
const COUNTS_MS = 5000;
const QUEUE_MS = 1000;

export class Store {
  constructor(api) {
    this.api = api;
    this.state = emptyState();
    this.phase = "loading";
    this.since = Date.now();
    this.failures = 0;
    this.queue = [];
    this.turns = new Turns();
    this.told = new Set();
    this.claimed = new Set();
    this.target = -1;
    this.heardAt = Date.now();
    this.eventAt = 0;
    this.loadingOlder = false;
  }

  /** Draw with `draw` whenever `version()` has changed; returns how to stop that. */
  subscribe(version, draw) {
    return this.turns.add(version, draw);
  }

  /** Call `listener(deed)` for each thing that an operator does from now on; returns how to stop that. */
  onDeed(listener) {
    this.told.add(listener);
    return () => this.told.delete(listener);
  }

  /** Call `listener(claim)` for each new claim from now on. */
  onClaim(listener) {
    this.claimed.add(listener);
  }

  /** Load and follow until the page goes. */
  start() {
    this.enter();
    setInterval(() => this.watch(), 5000);
    window.addEventListener("online", () => this.hurry());
    window.addEventListener("offline", () => this.cut());
    document.addEventListener("visibilitychange", () => document.hidden || this.hurry());
    window.addEventListener("pagehide", () => this.close?.());
    window.addEventListener("pageshow", (event) => event.persisted && this.enter());
  }

  /** Load the snapshot (or only what is missing since) and open the stream. */
  async enter() {
    clearTimeout(this.timer);
    this.close?.();
    const attempt = (this.attempt = Symbol("attempt"));
    let snapshot;
    try {
      snapshot = await this.api.snapshot();
    } catch (error) {
      if (attempt === this.attempt) this.refused(error);
      return;
    }
    if (attempt !== this.attempt) return;
    this.catchUpTo(snapshot);
    this.follow();
  }

  catchUpTo(snapshot) {
    const [epoch, seq] = splitPosition(snapshot.position);
    const behind = seq - this.state.seq;
    this.target = seq;
    const foreign = epoch == null || epoch !== this.state.epoch;
    if (foreign || behind < 0 || behind > REPLAY_LIMIT || this.mustReload || this.phase === "polling") {
      this.mustReload = false;
      this.queue = [];
      loadSnapshot(this.state, snapshot);
      const newest = snapshot.comments[0]?.received_at;
      if (newest) this.eventAt = Math.max(this.eventAt, Date.parse(newest) - this.state.clockAhead);
    }
    this.changed();
  }

  follow() {
    this.opened = false;
    clearTimeout(this.openTimer);
    this.openTimer = setTimeout(() => this.opened || this.cut(), OPEN_MS);
    this.close = openStream(this.api.streamAddress(positionOf(this.state)), {
      open: () => {
        this.opened = true;
        this.failures = 0;
        this.heardAt = Date.now();
        this.setPhase(this.state.seq >= this.target ? "live" : "catching");
      },
      event: (position, type, data) => this.enqueue(position, type, data),
      reset: () => this.reload(),
      bye: (reason) => (reason === "signed_out" ? this.setPhase("signed_out") : this.cut()),
      cut: () => this.cut(),
    });
  }

  /** What is known has a gap: take the snapshot instead. */
  reload() {
    this.mustReload = true;
    this.setPhase("catching");
    this.enter();
  }

  /** The connection is gone: say so, and try again after a while. */
  cut() {
    this.close?.();
    if (this.final()) return;
    if (!this.opened && this.failures >= POLL_AFTER && navigator.onLine) return this.poll();
    this.setPhase("lost");
    this.retryIn(backoff(this.failures++));
  }

  refused(error) {
    if (error.status === 401) return this.setPhase("signed_out");
    if (error.status === 404 || error.status === 403) return this.setPhase("missing");
    this.setPhase("lost");
    return this.retryIn(backoff(this.failures++));
  }

  poll() {
    this.setPhase("polling");
    this.retryIn(POLL_MS);
  }

  retryIn(ms) {
    clearTimeout(this.timer);
    this.retryAt = Date.now() + ms;
    this.timer = setTimeout(() => this.enter(), ms);
    this.changed();
  }

  /** Something (network back, page shown again) makes it worth trying now. */
  hurry() {
    if (this.phase === "lost") this.enter();
    else if (this.phase === "live") this.heardAt = Math.min(this.heardAt, Date.now() - QUIET_MS);
    this.watch();
  }

  /** A stream that is silent for long is checked against the truth: a dead one must not look alive. */
  async watch() {
    if (this.phase !== "live" || Date.now() - this.heardAt < QUIET_MS || this.watching) return;
    this.watching = true;
    try {
      const [epoch, seq] = splitPosition((await this.api.counts()).position);
      await new Promise((resolve) => setTimeout(resolve, 1500));
      const behind = this.state.seq < seq || this.state.epoch !== epoch;
      if (this.phase === "live" && behind && !this.queue.length) this.cut();
      else this.heardAt = Date.now();
    } catch (error) {
      if (this.phase === "live") this.refused(error);
    } finally {
      this.watching = false;
    }
  }

  final() {
    return this.phase === "signed_out" || this.phase === "missing";
  }

  setPhase(phase) {
    const broken = (name) => name === "lost" || name === "polling";
    if (phase !== this.phase && !(broken(phase) && broken(this.phase))) this.since = Date.now();
    this.phase = phase;
    this.changed();
  }

  enqueue(position, type, data) {
    this.heardAt = this.eventAt = Date.now();
    this.queue.push([position, type, data]);
    this.schedule();
  }

  changed() {
    this.state.versions.show += 1;
    this.schedule();
  }

  schedule() {
    if (this.scheduled) return;
    this.scheduled = true;
    const flush = () => {
      cancelAnimationFrame(frame);
      clearTimeout(late);
      this.scheduled = false;
      this.flush();
    };
    const frame = requestAnimationFrame(flush);
    const late = setTimeout(flush, HIDDEN_FLUSH_MS); // a hidden page gets no frames
  }

  /** Apply a frame's worth of what has arrived, then let those draw whose turn it is. */
  flush() {
    const began = performance.now();
    if (!this.apply(began + FRAME_BUDGET_MS)) return;
    if (this.state.staleQueues.size) this.correctQueues();
    if (this.phase === "catching" && this.opened && !this.queue.length && this.state.seq >= this.target) {
      this.setPhase("live");
    }
    this.turns.draw(began).then((more) => (this.queue.length || more) && this.schedule());
  }

  /** How many events this frame takes: a burst is spread over a few frames, a backlog is worked off at full speed. */
  share() {
    const { length } = this.queue;
    return document.hidden || length > SMOOTH_BELOW ? length : Math.max(LEAST, Math.ceil(length / SPREAD_FRAMES));
  }

  /** @returns {boolean} false: something is missing, the snapshot is being loaded instead */
  apply(end) {
    const most = this.share();
    let index = 0;
    for (; index < this.queue.length && index < most; index += 1) {
      if (index % 16 === 15 && performance.now() > end) break;
      const [position, type, text] = this.queue[index];
      const data = JSON.parse(text);
      const outcome = applyEvent(this.state, position, type, data);
      if (outcome === "gap") {
        this.queue = [];
        this.reload();
        return false;
      }
      if (outcome === "applied") this.heard(type, data);
    }
    this.queue.splice(0, index);
    return true;
  }

  heard(type, data) {
    if (type.startsWith("claim.") && !this.state.allClaims) this.refreshCounts();
    if (type === "claim.created" && data.claim.kind !== "pass") for (const listener of this.claimed) listener(data.claim);
    if (type === "operator.acted") for (const listener of this.told) listener(data);
  }

  /** Buyers and claims are counted by the server: ask again soon after claims changed. */
  refreshCounts() {
    this.countsTimer ??= setTimeout(async () => {
      this.countsTimer = null;
      try {
        const { counts } = await this.api.counts();
        Object.assign(this.state.counts, { buyers: counts.buyers, claims: counts.claims });
        this.changed();
      } catch {
        // the next change asks again; the connection state tells about a lost server
      }
    }, COUNTS_MS);
  }

  /** Waitlists whose head is older than what this page has loaded: take their positions from the server. */
  correctQueues() {
    this.queueTimer ??= setTimeout(async () => {
      this.queueTimer = null;
      const items = [...this.state.staleQueues];
      this.state.staleQueues.clear();
      for (const id of items) {
        const detail = await this.api.item(id).catch(() => null);
        if (detail) correctQueue(this.state, detail.waitlist);
      }
      this.changed();
    }, QUEUE_MS);
  }

  /** Older comments, when somebody scrolls to the end of those that are loaded. */
  async loadOlder() {
    const first = this.state.comments[0];
    if (this.loadingOlder || !first || first.comment_no <= 1 || !this.state.moreComments) return;
    this.loadingOlder = true;
    this.changed();
    try {
      addOlderComments(this.state, await this.api.comments(first.comment_no));
    } finally {
      this.loadingOlder = false;
      this.changed();
    }
  }

  /** Claims that a filter needs and that are older than what is loaded; where to go on, or null. */
  async loadClaims(filter) {
    const page = await this.api.claims({ limit: 200, ...filter });
    mergeClaims(this.state, page.claims);
    this.changed();
    return page.next ?? null;
  }

  /** The claims before those that are loaded, when somebody scrolls to their end. */
  async loadOlderClaims() {
    const cursor = this.state.claimsFrom;
    if (cursor == null || this.loadingClaims) return;
    this.loadingClaims = true;
    try {
      this.state.claimsFrom = await this.loadClaims({ cursor });
    } finally {
      this.loadingClaims = false;
    }
  }

  /** Comments that no rule may decide and that are older than what is loaded. */
  async loadUnclear() {
    const page = await this.api.findComments({ verdict: "review", limit: 100 });
    mergeUnclear(this.state, page.comments);
    this.changed();
  }
}
