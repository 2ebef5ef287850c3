/** One EventSource: opens it, hands over its messages, and says when it is over. Knows nothing of what they mean. */

/**
 * @param {string} address where the stream is, with the position to start after
 * @param {string[]} types the types of the events to hand over
 * @param {{open, event, reset, bye, cut}} on what happens when; after `reset`, `bye` or `cut` nothing follows
 * @returns {() => void} closes the stream without a word
 */
export function openStream(address, types, on) {
  const source = new EventSource(address);
  let over = false;
  const end = (tell) => {
    if (over) return;
    over = true;
    source.close();
    tell?.();
  };
  const message = (type) => (event) => {
    if (!over && event.lastEventId) on.event(event.lastEventId, type, event.data);
  };
  source.onopen = () => over || on.open();
  for (const type of types) source.addEventListener(type, message(type));
  source.addEventListener("reset", () => end(on.reset));
  source.addEventListener("bye", (event) => end(() => on.bye(JSON.parse(event.data).reason)));
  source.onerror = () => end(on.cut);
  return () => end();
}

/** How long to wait before attempt `failures` + 1: doubling up to ten seconds, each a little different. */
export function backoff(failures, random = Math.random) {
  return Math.min(10000, 400 * 2 ** Math.min(failures, 6)) * (0.6 + 0.4 * random());
}
