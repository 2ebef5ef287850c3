/** The explanation of a decision, as the server recorded it. */
import { html, useEffect, useState } from "./html.js";
import { Modal } from "./dialogs.js";
import { count, itemLabel, plural, timeOf } from "./format.js";
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
    <${Modal} title="Why?" onClose=${onClose}>
      <p class="why-head"><bdi class="handle">${claim.handle ?? "Hidden author"}</bdi> – <bdi>${itemLabel(claim)}</bdi>
        ${claim.quantity > 1 && ` ×${claim.quantity}`}: <b>${claimStatusWords(claim.status)}</b></p>
      ${fault && html`<p class="fault" role="alert">${fault.message}</p>`}
      ${!answer && !fault && html`<p class="hint">Looking it up…</p>`}
      ${answer && html`<${Explanation} claim=${claim} answer=${answer} />`}
    <//>`;
}

const Explanation = ({ claim, answer }) => html`
  <dl class="why-list">
    ${answer.comment && html`<${Line} term="Comment"><q><bdi>${answer.comment.text}</bdi></q>
      <span class="hint"> ${timeOf(answer.comment.posted_at)}</span><//>`}
    ${claim.rule && html`<${Line} term="Rule">${ruleWords(claim.rule)}
      ${claim.confidence != null && html`<span class="hint"> ${Math.round(claim.confidence * 100)} % sure</span>`}<//>`}
    ${claim.reason && html`<${Line} term="Reason">${reasonWords(claim.reason)}<//>`}
    ${answer.left_before != null && html`<${Line} term="Left at that moment">${plural(answer.left_before, "unit")}${
      answer.waiting_before ? `, ${count(answer.waiting_before)} waiting` : ""}<//>`}
    <${Line} term="Order">${answer.order}<//>
    ${answer.before?.length ? html`<${Line} term="Came before">
      <ol class="before">${answer.before.slice(-SHOWN).map((row) => html`<li key=${row.claim_id}>
        <bdi class="handle">${row.handle ?? "Hidden author"}</bdi>
        <span class="hint"> ${timeOf(row.posted_at)} ×${count(row.quantity)}, ${claimStatusWords(row.status)}</span></li>`)}</ol>
      ${answer.before.length > SHOWN && html`<p class="hint">and ${count(answer.before.length - SHOWN)} before them</p>`}<//>` : null}
  </dl>`;
