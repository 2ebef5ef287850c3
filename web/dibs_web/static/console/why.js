/** The explanation of a decision, as the server recorded it. */
import { _, ngettext } from "../lib/i18n.js";
import { html, useEffect, useState } from "./html.js";
import { Modal } from "./dialogs.js";
import { count, itemLabel, nameOf, timeOf } from "./format.js";
import { Fault } from "./views.js";
import { claimStatusWords, reasonWords, ruleWords } from "./words.js";

const SHOWN = 12;

const Line = ({ term, children }) => html`<div><dt>${term}</dt><dd>${children}</dd></div>`;

export function Why({ api, claim, onClose }) {
  const [answer, setAnswer] = useState(null);
  const [fault, setFault] = useState(null);
  useEffect(() => {
    api.why(claim.claim_id).then(setAnswer, setFault);
  }, []);
  return html`
    <${Modal} title=${_("Why?")} onClose=${onClose}>
      <p class="why-head"><bdi class="handle">${nameOf(claim)}</bdi> – <bdi>${itemLabel(claim)}</bdi>
        ${claim.quantity > 1 && ` ×${claim.quantity}`}: <b>${claimStatusWords(claim.status)}</b></p>
      <${Fault} error=${fault} />
      ${!answer && !fault && html`<p class="hint">${_("Looking it up…")}</p>`}
      ${answer && html`<${Explanation} claim=${claim} answer=${answer} />`}
    <//>`;
}

const Explanation = ({ claim, answer }) => html`
  <dl class="why-list">
    ${answer.comment && html`<${Line} term=${_("Comment")}><q><bdi>${answer.comment.text}</bdi></q>
      <span class="hint"> ${timeOf(answer.comment.posted_at)}</span><//>`}
    ${claim.rule && html`<${Line} term=${_("Rule")}>${ruleWords(claim.rule)}
      ${claim.confidence != null && html`<span class="hint"> ${_("{n} % sure", { n: Math.round(claim.confidence * 100) })}</span>`}<//>`}
    ${claim.reason && html`<${Line} term=${_("Reason")}>${reasonWords(claim.reason)}<//>`}
    ${answer.left_before != null && html`<${Line} term=${_("Left at that moment")}>${ngettext("{n} unit", "{n} units", answer.left_before)}${
      answer.waiting_before ? `, ${ngettext("{n} waiting", "{n} waiting", answer.waiting_before)}` : ""}<//>`}
    <${Line} term=${_("Order")}>${_("platform time, then arrival, then comment id, among what was undecided")}<//>
    ${answer.before?.length ? html`<${Line} term=${_("Came before")}>
      <ol class="before">${answer.before.slice(-SHOWN).map((row) => html`<li key=${row.claim_id}>
        <bdi class="handle">${nameOf(row)}</bdi>
        <span class="hint"> ${timeOf(row.posted_at)} ×${count(row.quantity)}, ${claimStatusWords(row.status)}</span></li>`)}</ol>
      ${answer.before.length > SHOWN && html`<p class="hint">${ngettext("and {n} before them", "and {n} before them", answer.before.length - SHOWN)}</p>`}<//>` : null}
  </dl>`;
