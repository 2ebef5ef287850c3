/** Tell a screen reader what happened, at most every five seconds and in one sentence. */
import { html, useEffect, useState } from "./html.js";
import { plural } from "./format.js";

const EVERY_MS = 5000;

export function Announcer({ state }) {
  const [words, setWords] = useState("");
  useEffect(() => {
    let [claims, looks] = [null, null];
    const look = () => {
      const nowClaims = state.counts.claims;
      const nowLooks = state.feed.filter((claim) => claim.status === "review").length;
      if (claims != null && nowClaims > claims) {
        const more = nowLooks > looks ? `, ${plural(nowLooks - looks, "needs", "need")} a look` : "";
        setWords(`${plural(nowClaims - claims, "new claim")}${more}`);
      }
      [claims, looks] = [nowClaims, nowLooks];
    };
    look();
    const timer = setInterval(look, EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  return html`<p class="visually-hidden" aria-live="polite" id="announcer">${words}</p>`;
}
