/** What the host view says, taken from the state of the show. No I/O, no view. */

const WINNERS = 8;
const QUEUE = 4;
const NEXT = 4;
const FAR = 3000;

/** The item that is on now, or null. */
export const onNow = (state) => state.items.get(state.show?.pinned_item_id) ?? null;

/** Who won last: of the item that is on now, or of any item while nothing is; the newest first. */
export function winnersOf(state, item) {
  const found = [];
  const { feed } = state.book;
  for (let at = feed.length - 1; at >= Math.max(0, feed.length - FAR) && found.length < WINNERS; at -= 1) {
    const claim = feed[at];
    if (claim.status === "winner" && (!item || claim.item_id === item.item_id)) found.push(claim);
  }
  return found;
}

/** Who is next in line for the item that is on now. */
export function queueOf(state, item) {
  const waiting = item ? [...(state.book.queues.get(item.item_id)?.values() ?? [])] : [];
  return waiting.sort((a, b) => a.waitlist_position - b.waitlist_position).slice(0, QUEUE);
}

/** What comes after it in the list and has units left. */
export function nextItems(state, item) {
  const from = item ? state.order.indexOf(item.item_id) + 1 : 0;
  return [...state.order.slice(from), ...state.order.slice(0, Math.max(0, from - 1))]
    .map((id) => state.items.get(id)).filter((one) => one.status !== "sold_out").slice(0, NEXT);
}
