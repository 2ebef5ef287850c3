/**
 * Follows one thing whose events carry it whole: reads it, hears its stream, says honestly how it stands.
 *
 * Phases: loading, live, lost (no connection, trying again), polling (the stream does not get through, reading does),
 * signed_out, missing, and whatever `bye` names. For things of which each event is a part, see `console/store.js`.
 */
import { backoff, openStream } from "./stream.js";

const OPEN_MS = 8000;
const QUIET_MS = 15000;
const LAG_MS = 1500;
const POLL_MS = 3000;
const POLL_AFTER = 3;
const TRYING = new Set(["loading", "live", "lost", "polling"]);

const numberOf = (position) => Number(String(position ?? "").split(":")[1] ?? -1);
const epochOf = (position) => String(position ?? "").split(":")[0];

export class Follower {
  /**
   * @param {object} how
   * @param {() => Promise<{position: string}>} how.read the thing as it is now, with the position of its stream
   * @param {(position: string) => string} how.address where its stream goes on after a position
   * @param {string[]} how.types the events of it
   * @param {(answer: object) => void} how.take keeps what was read
   * @param {(type: string, data: object) => void} how.hear keeps what an event says
   * @param {(reason: string) => string|undefined} [how.bye] the phase to stay in when the server ends the stream
   */
  constructor(how) {
    this.how = how;
    this.phase = "loading";
    this.since = Date.now();
    this.failures = 0;
    this.heardAt = Date.now();
    this.position = null;
    this.listeners = new Set();
  }

  /** Call `draw` whenever something changed; returns how to stop that. */
  subscribe(draw) {
    this.listeners.add(draw);
    return () => this.listeners.delete(draw);
  }

  /** Tell everybody that something changed. */
  changed() {
    for (const draw of this.listeners) draw();
  }

  /** Read and follow until the page goes. */
  start() {
    this.enter();
    setInterval(() => this.watch(), 5000);
    window.addEventListener("online", () => this.hurry());
    window.addEventListener("offline", () => this.cut());
    document.addEventListener("visibilitychange", () => document.hidden || this.hurry());
    window.addEventListener("pagehide", () => this.close?.());
    window.addEventListener("pageshow", (event) => event.persisted && this.enter());
  }

  /** Read the thing and open its stream. */
  async enter() {
    clearTimeout(this.timer);
    this.close?.();
    this.enteredAt = Date.now();
    const attempt = (this.attempt = Symbol("attempt"));
    let answer;
    try {
      answer = await this.how.read();
    } catch (error) {
      if (attempt === this.attempt) this.refused(error);
      return;
    }
    if (attempt !== this.attempt) return;
    this.position = answer.position;
    this.how.take(answer);
    this.changed();
    this.follow();
  }

  follow() {
    this.opened = false;
    clearTimeout(this.openTimer);
    const patience = this.phase === "polling" ? POLL_MS : OPEN_MS;
    this.openTimer = setTimeout(() => this.opened || this.cut(), patience);
    this.close = openStream(this.how.address(this.position), this.how.types, {
      open: () => {
        this.opened = true;
        this.failures = 0;
        this.heardAt = Date.now();
        this.setPhase("live");
      },
      event: (position, type, data) => this.event(position, type, JSON.parse(data)),
      reset: () => this.enter(),
      bye: (reason) => this.ended(reason),
      cut: () => this.cut(),
    });
  }

  event(position, type, data) {
    this.heardAt = Date.now();
    this.position = position;
    this.how.hear(type, data);
    this.changed();
  }

  ended(reason) {
    const phase = reason === "signed_out" ? "signed_out" : this.how.bye?.(reason);
    if (phase) this.setPhase(phase);
    else this.cut();
  }

  /** The connection is gone: say so, and try again after a while. */
  cut() {
    this.close?.();
    if (!TRYING.has(this.phase)) return;
    if (!this.opened && this.failures >= POLL_AFTER && navigator.onLine) {
      this.setPhase("polling");
      this.retryIn(Math.max(0, POLL_MS - (Date.now() - this.enteredAt)));
      return;
    }
    this.setPhase("lost");
    this.retryIn(backoff(this.failures++));
  }

  refused(error) {
    if (error.status === 401) return this.setPhase("signed_out");
    if (error.status === 404 || error.status === 403) return this.setPhase("missing");
    this.setPhase("lost");
    return this.retryIn(backoff(this.failures++));
  }

  retryIn(ms) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.enter(), ms);
  }

  /** Something (network back, page shown again) makes it worth looking now. */
  hurry() {
    if (this.phase === "lost" || this.phase === "polling") this.enter();
    else if (this.phase === "live") this.heardAt = Math.min(this.heardAt, Date.now() - QUIET_MS);
    this.watch();
  }

  /** A stream that is silent for long is checked against the truth: a dead one must not look alive. */
  async watch() {
    if (this.phase !== "live" || Date.now() - this.heardAt < QUIET_MS || this.watching) return;
    this.watching = true;
    const before = this.position;
    try {
      const answer = await this.how.read();
      if (this.position === before) {
        this.how.take(answer); // also what no event tells, such as who is still there
        this.changed();
      }
      await new Promise((resolve) => setTimeout(resolve, LAG_MS));
      if (this.phase !== "live") return;
      if (this.isBehind(answer.position)) this.cut();
      else this.heardAt = Date.now();
    } catch (error) {
      if (this.phase === "live") this.refused(error);
    } finally {
      this.watching = false;
    }
  }

  isBehind(position) {
    return epochOf(position) !== epochOf(this.position) || numberOf(position) > numberOf(this.position);
  }

  setPhase(phase) {
    if (phase !== this.phase) this.since = Date.now();
    this.phase = phase;
    this.changed();
  }
}
