/** Tell a screen reader what happened, at most every five seconds and in one sentence. */
import { html, useEffect, useState } from "./html.js";
import { plural } from "./format.js";

const EVERY_MS = 5000;
const LOOK_MS = 500;

export function Announcer({ state }) {
  const [words, setWords] = useState("");
  useEffect(() => {
    let [claims, looks, last] = [null, null, 0];
    const look = () => {
      const nowClaims = state.counts.claims;
      const nowLooks = state.feed.filter((claim) => claim.status === "review").length;
      const news = claims != null && nowClaims > claims;
      if (news && Date.now() - last < EVERY_MS) return;
      if (news) {
        const more = nowLooks > looks ? `, ${plural(nowLooks - looks, "needs", "need")} a look` : "";
        setWords(`${plural(nowClaims - claims, "new claim")}${more}`);
        last = Date.now();
      }
      [claims, looks] = [nowClaims, nowLooks];
    };
    const timer = setInterval(look, LOOK_MS);
    return () => clearInterval(timer);
  }, []);
  return html`<p class="visually-hidden" aria-live="polite" id="announcer">${words}</p>`;
}
