/** One session as its customer knows it: the cart, what has just happened, and what the customer does. */
import { _, api, Follower, money, toast } from "./kit.js";

const KINDS = [
  "session.changed", "session.started", "session.paused", "session.resumed", "session.ended", "session.cancelled",
  "session.expired", "session.warned", "session.extended", "session.converted", "customer.joined", "customer.kicked",
  "checkout.requested", "line.added", "line.changed", "line.removed", "price.changed", "proposal.made", "proposal.answered",
];
const OPEN = ["scheduled", "active", "paused"];
const GLOW_MS = 1800;

const query = (given) => {
  const clean = Object.entries(given).filter(([, value]) => value != null && value !== "");
  return clean.length ? `?${new URLSearchParams(clean)}` : "";
};

/** What an event of the host is in words; null for what needs none. */
function newsOf(type, data) {
  const line = data.session.lines.find((one) => one.line_id === data.line_id);
  if (data.by === "customer") return null;
  if (type === "line.added" && line) return _("{name} was put into your cart.", { name: line.name });
  if (type === "line.removed" && data.message) return _("Taken out: {what}", { what: data.message });
  if (type === "price.changed" && line?.price != null) return _("{name} is {price} now.", { name: line.name, price: money(line.price) });
  if (type === "proposal.made" && line) return _("Your host proposes a price for {name}.", { name: line.name });
  if (type === "proposal.answered" && line) return _("Your host answered about {name}.", { name: line.name });
  if (type === "session.extended") return _("There is more time now.");
  return null;
}

export class Visit extends Follower {
  constructor(id) {
    const base = `/api/portal/sessions/${id}`;
    super({
      read: () => api("GET", base),
      address: (position) => `${base}/stream${query({ after: position })}`,
      types: KINDS,
      take: (answer) => { this.session = answer.session; },
      hear: (type, data) => this.hear(type, data),
      bye: (reason) => (reason === "not_allowed" ? "sent_out" : undefined),
    });
    this.id = id;
    this.base = base;
    this.session = null;
    this.reason = "";
    this.glowing = new Set();
    this.busy = false;
  }

  start() {
    super.start();
    this.enterRoom();
  }

  /** Tell the host that the customer is here; a session that is over has nobody to tell. */
  async enterRoom() {
    try {
      await api("POST", "/api/portal/join", { session_id: this.id });
    } catch {
      // what the page shows tells why
    }
  }

  hear(type, data) {
    this.session = data.session;
    if (type === "customer.kicked") {
      this.reason = data.message ?? "";
      this.close?.();
      this.setPhase("sent_out");
      return;
    }
    if (type === "session.started") this.enterRoom();
    if (data.line_id) this.glow(data.line_id);
    const words = newsOf(type, data);
    if (words) toast(words);
  }

  refused(error) {
    if (error.status !== 403 || error.data.reason !== "kicked") return super.refused(error);
    this.reason = error.data.words ?? "";
    return this.setPhase("sent_out");
  }

  /** Show for a moment which line has just changed. */
  glow(lineId) {
    this.glowing.add(lineId);
    setTimeout(() => {
      this.glowing.delete(lineId);
      this.changed();
    }, GLOW_MS);
  }

  /** Do something and keep the session that comes back; whether it worked. What went wrong is told. */
  async run(method, path, body, words) {
    this.busy = true;
    this.changed();
    try {
      const session = await api(method, this.base + path, body);
      this.session = session;
      if (words) toast(words);
      return true;
    } catch (error) {
      if (error.code !== "session_closed") toast(error.message, { bad: true }); // the banner tells that
      if (error.status === 403) this.refused(error);
      else if (error.status === 409 || error.status === 404) this.enter();
      return false;
    } finally {
      this.busy = false;
      this.changed();
    }
  }

  offers(filter) {
    return api("GET", `${this.base}/offers${query(filter)}`);
  }

  add(offer, quantity, intent) {
    const words = intent === "sample_request" ? _("You asked for a sample.") : intent === "interested" ? _("Kept in sight.") : _("It is in your cart.");
    return this.run("POST", "/lines", { batch_id: offer.batch_id, quantity, intent }, words);
  }

  change(line, change) {
    return this.run("PATCH", `/lines/${line.line_id}`, { version: line.version, ...change });
  }

  remove(line) {
    return this.run("DELETE", `/lines/${line.line_id}`, undefined, _("Taken out: {what}", { what: line.name }));
  }

  propose(line, offer) {
    return this.run("POST", `/lines/${line.line_id}/proposals`, offer, _("Your host sees your proposal."));
  }

  answer(proposal, verb) {
    return this.run("POST", `/proposals/${proposal.proposal_id}/${verb}`, {});
  }

  confirm() {
    return this.run("POST", "/confirm", {}, _("Your host was told."));
  }

  /** Whether the customer may change the cart now. */
  get shopping() {
    return this.session?.status === "active" && this.phase !== "sent_out";
  }

  get open() {
    return OPEN.includes(this.session?.status);
  }
}
