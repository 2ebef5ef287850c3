/** One session as the desk knows it: what is in it, and what a host does to it. */
import { _, Follower, toast } from "./kit.js";
import { sessionCalls } from "./calls.js";

const KINDS = [
  "session.changed", "session.started", "session.paused", "session.resumed", "session.ended", "session.cancelled",
  "session.expired", "session.warned", "session.extended", "session.converted", "customer.joined", "customer.kicked",
  "checkout.requested", "line.added", "line.changed", "line.removed", "price.changed", "proposal.made", "proposal.answered",
];
const COSTS_MS = 250;
const NEWS_MS = 7000;
const GLOW_MS = 1600;
const TRIES = 3;

/** Put the costs that this page knows into a session that came without them; whether some are missing or out of date. */
export function withCosts(session, before) {
  const known = new Map((before?.lines ?? []).map((line) => [line.line_id, line]));
  let stale = false;
  const lines = session.lines.map((line) => {
    const old = known.get(line.line_id);
    if (line.unit_cost != null) return line;
    const same = old?.price === line.price;
    const detail = same && old?.price_source === line.price_source ? old.price_detail : "";
    if (!same || old.price_source !== line.price_source) stale = true;
    if (!old) return line;
    return { ...line, unit_cost: old.unit_cost, margin: same ? old.margin : null, price_detail: line.price_detail || detail };
  });
  return [{ ...session, lines }, stale];
}

export class Desk extends Follower {
  constructor(id, can) {
    const calls = sessionCalls(id);
    super({
      read: calls.read, address: calls.streamAddress, types: KINDS,
      take: (answer) => this.take(answer.session),
      hear: (type, data) => this.hear(type, data),
    });
    this.calls = calls;
    this.can = can;
    this.session = null;
    this.news = null;
    this.glowing = new Set();
  }

  /** Keep a session that was read or answered, unless this page has heard of a newer one. */
  take(session) {
    if (this.session && session.version < this.session.version) return;
    this.session = session;
  }

  hear(type, data) {
    if (this.session && data.session.version < this.session.version) return;
    const [session, stale] = this.can.costs ? withCosts(data.session, this.session) : [data.session, false];
    if (this.session?.credit && session.credit) session.credit = { ...session.credit, may_override: this.session.credit.may_override };
    this.session = session;
    if (stale) this.readCosts();
    if (data.line_id) this.glow(data.line_id);
    if (data.by !== "host" || type === "session.warned") this.tell({ type, ...data });
  }

  /** The stream carries no costs: read them again soon. */
  readCosts() {
    this.costsTimer ??= setTimeout(async () => {
      this.costsTimer = null;
      try {
        this.take((await this.calls.read()).session);
        this.changed();
      } catch {
        // the next event asks again; the badge tells about a lost server
      }
    }, COSTS_MS);
  }

  /** Show for a moment which line has just changed. */
  glow(lineId) {
    this.glowing.add(lineId);
    setTimeout(() => {
      this.glowing.delete(lineId);
      this.changed();
    }, GLOW_MS);
  }

  /** What the customer has just done, for a while. */
  tell(news) {
    this.news = news;
    clearTimeout(this.newsTimer);
    this.newsTimer = setTimeout(() => {
      this.news = null;
      this.changed();
    }, NEWS_MS);
  }

  /** Do something and keep the session that comes back; throws what went wrong. */
  async tried(work, words, undo) {
    const answer = await work(this.calls);
    const session = answer.session ?? (answer.session_id ? answer : null);
    if (session?.lines) this.take(session);
    this.changed();
    if (words) toast(words, undo ? { undo } : {});
    return answer;
  }

  /** The same, telling what went wrong; whether it worked. */
  async run(work, words, undo) {
    try {
      await this.tried(work, words, undo);
      return true;
    } catch (error) {
      toast(error.message, { bad: true });
      if (error.status === 409) this.enter();
      return false;
    }
  }

  line(id) {
    return this.session?.lines.find((line) => line.line_id === id);
  }

  /** Do what may go over the customer's credit: who may, is asked for a reason. `work` takes what to add to the call. */
  async credited(work) {
    try {
      return await this.tried((calls) => work(calls, {}));
    } catch (error) {
      if (error.code !== "credit_exceeded" || !error.data.may_override) throw error;
      const reason = await this.ask({ kind: "credit", error });
      if (!reason) throw error;
      return this.tried((calls) => work(calls, { credit_reason: reason }));
    }
  }

  /** Change a line as it is now; `change` without the version. */
  change(lineId, change) {
    return this.credited((calls, more) => calls.change(lineId, { version: this.line(lineId).version, ...change, ...more }));
  }

  /** The same, telling what went wrong. */
  async changeOrTell(lineId, change) {
    try {
      await this.change(lineId, change);
    } catch (error) {
      toast(error.message, { bad: true });
      this.changed();
      if (error.status === 409) this.enter();
    }
  }

  /** Write the notes over `base`, whatever else happens in the session meanwhile; false if somebody has changed them. */
  async writeNotes(notes, base) {
    for (let left = TRIES; this.session.notes === base; left -= 1) {
      try {
        await this.tried((calls) => calls.edit({ version: this.session.version, notes }));
        return true;
      } catch (error) {
        if (error.status !== 409 || !left) throw error;
        this.take((await this.calls.read()).session);
      }
    }
    return false;
  }

  /** Take a line off, with a way back. */
  remove(line) {
    const again = { batch_id: line.batch_id, quantity: line.quantity, intent: line.intent };
    const back = () => this.run((calls) => calls.add(again), _("It is back."));
    return this.run((calls) => calls.remove(line.line_id), _("Removed {name}.", { name: line.name }), line.batch_id ? back : undefined);
  }

  /** Whether the cart may be changed now. */
  get selling() {
    return this.can.act && ["active", "paused"].includes(this.session?.status);
  }

  /** Whether it is over, and not yet an order. */
  get over() {
    return ["ended", "expired", "cancelled"].includes(this.session?.status);
  }
}
