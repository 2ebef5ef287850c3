/** How a page stands towards the server: the badge, and what to do when it is not live. */
import { _, html, timeOf, useEffect, useState } from "./kit.js";
import { linkWords } from "./words.js";

/** Draw again whenever the followed thing changes. */
export function useFollowed(follower) {
  const [, draw] = useState(0);
  useEffect(() => {
    const stop = follower.subscribe(() => draw((now) => now + 1));
    draw((now) => now + 1);
    return stop;
  }, [follower]);
}

export function Link({ phase }) {
  const [words, tone] = linkWords(phase);
  return html`<p class=${`link link-${tone}`} role="status" id="connection"><span class="link-dot"></span>${words}</p>`;
}

const AWAY = {
  lost: (at) => _("Connection lost since {at}. This is how it was then. The page comes back by itself.", { at }),
  polling: (at) => _("Live updates do not get through since {at}. The page asks for news every 3 seconds instead.", { at }),
  signed_out: () => _("You are signed out. What you see is not updated any more."),
  missing: () => _("This is not available to you any more."),
};

/** Under the bar: since when the page is not live, and what to do. */
export const Away = ({ follower }) => (AWAY[follower.phase] ? html`
  <div class=${`away away-${follower.phase}`} role="alert"><p>${AWAY[follower.phase](timeOf(follower.since))}</p>
    ${follower.phase === "lost" && html`<button type="button" class="small" onClick=${() => follower.enter()}>${_("Try now")}</button>`}
    ${follower.phase === "signed_out" && html`<a class="button small" href=${`/sign-in?next=${encodeURIComponent(location.pathname)}`}>${_("Sign in")}</a>`}
  </div>` : null);
