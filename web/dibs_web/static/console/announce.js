/** Tell a screen reader what happened, at most every five seconds and in one sentence. */
import { _, ngettext } from "../lib/i18n.js";
import { html, useEffect, useState } from "./html.js";
import { decisions } from "./figures.js";

const EVERY_MS = 5000;
const LOOK_MS = 500;

/** Claims are counted, notes on others are said: `acts.note` is the last one. */
export function Announcer({ state, acts }) {
  const [words, setWords] = useState("");
  useEffect(() => {
    let [claims, looks, note, last] = [null, null, acts.note, 0];
    const look = () => {
      const [nowClaims, nowLooks] = [state.counts.claims, decisions(state)];
      const news = claims != null && nowClaims > claims;
      const noted = acts.note && acts.note !== note;
      if ((news || noted) && Date.now() - last < EVERY_MS) return;
      if (news || noted) {
        const parts = [];
        if (news) parts.push(ngettext("{n} new claim", "{n} new claims", nowClaims - claims));
        if (news && nowLooks > looks) parts.push(ngettext("{n} needs a look", "{n} need a look", nowLooks - looks));
        if (noted) parts.push(acts.note.words);
        setWords(parts.join(", "));
        last = Date.now();
      }
      [claims, looks, note] = [nowClaims, nowLooks, acts.note ?? note];
    };
    const timer = setInterval(look, LOOK_MS);
    return () => clearInterval(timer);
  }, []);
  return html`<p class="visually-hidden" aria-live="polite" id="announcer">${words}</p>`;
}

/** The quiet line on what another operator has just done. */
export const Note = ({ note }) => (note
  ? html`<p class="note" aria-hidden="true" key=${note.key}>${note.words}</p>` : null);
