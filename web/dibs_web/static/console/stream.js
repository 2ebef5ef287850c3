/** The stream of a show: which events the console hears. */
import { openStream as open } from "../lib/stream.js";

export { backoff } from "../lib/stream.js";

const TYPES = [
  "comment.received", "claim.created", "claim.released", "claim.promoted", "claim.changed",
  "item.updated", "item.removed", "items.reordered", "show.status", "buyer.changed", "operator.acted", "problem",
  "stream.status", "stream.removed", "comment.edited", "comment.removed",
];

/** Open the stream of a show; `on` as in `lib/stream.js`. */
export const openStream = (address, on) => open(address, TYPES, on);
