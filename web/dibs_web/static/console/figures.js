/** What is counted and reckoned from the state of a show. No I/O, no view. */

/** The server's clock, as far as this page can tell. */
export const serverNow = (state) => Date.now() + state.clockAhead;

/** Units won and units offered, over all items. */
export function units(state) {
  let [won, total] = [0, 0];
  for (const item of state.items.values()) {
    won += item.claimed_count;
    total += item.total_quantity;
  }
  return { won, total };
}

/** Buyers who have won something: counted here while every claim is known, else as the server counted last. */
export const buyersWon = (state) => (state.allClaims ? state.book.wins.size : state.counts.buyers);

/** How many decisions wait for an operator: doubtful claims, and numbers that the show does not have. */
export function decisions(state) {
  const numbers = new Set();
  let doubtful = 0;
  for (const claim of state.book.looks.values()) {
    if (claim.status === "unmatched") numbers.add((claim.item_number ?? "").toLowerCase());
    else doubtful += 1;
  }
  return doubtful + numbers.size;
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

/** The number of the minute and of the second in which an instant lies. */
export const minuteOf = (instant) => Math.floor(Date.parse(instant) / 60000);
export const secondOf = (instant) => Math.floor(Date.parse(instant) / 1000);

/** Count one more. */
export const bump = (map, key) => map.set(key, (map.get(key) ?? 0) + 1);
