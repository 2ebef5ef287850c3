/** Beside the cart: how the customer's credit stands, and notes that save themselves. */
import { _, html, money, useEffect, useRef, useState } from "./kit.js";
import { creditWords } from "./words.js";

const REST_MS = 900;

const Part = ({ name, amount, whole }) => html`<span class=${`meter-part meter-${name}`} style=${{ width: `${Math.max(0, Math.min(100, whole ? (amount / whole) * 100 : 0))}%` }}></span>`;

/** Parts of the bar, drawn to the limit, or to their sum where there is none or it is passed. */
function Meter({ credit }) {
  const [balance, buy, interested] = [credit.balance, credit.to_purchase, credit.interested].map(Number);
  const whole = Math.max(Number(credit.limit ?? 0), balance + buy + interested);
  return html`
    <div class="meter" aria-hidden="true">
      <${Part} name="balance" amount=${balance} whole=${whole} /><${Part} name="buy" amount=${buy} whole=${whole} />
      <${Part} name="interested" amount=${interested} whole=${whole} /></div>`;
}

const Row = ({ name, words, amount }) => html`
  <div><dt>${name && html`<span class=${`key meter-${name}`}></span>`}${words}</dt><dd>${amount}</dd></div>`;

export function Credit({ session }) {
  const { credit } = session;
  if (!credit) return null;
  const limited = credit.limit != null;
  return html`
    <section class=${`side-part credit credit-${credit.state}`} aria-labelledby="credit-title">
      <header class="side-head"><h2 id="credit-title">${_("Credit")}</h2><p class="credit-state" role="status">${creditWords(credit.state)}</p></header>
      <${Meter} credit=${credit} />
      <dl class="credit-rows">
        <${Row} name="balance" words=${_("Owed already")} amount=${money(credit.balance)} />
        <${Row} name="buy" words=${_("To purchase")} amount=${money(credit.to_purchase)} />
        <${Row} name="interested" words=${_("Interested")} amount=${money(credit.interested)} />
        <${Row} words=${_("Samples, not charged")} amount=${money(credit.samples)} />
        <${Row} words=${_("Limit")} amount=${limited ? money(credit.limit) : _("none set")} />
        ${limited && html`<${Row} words=${_("Left")} amount=${html`<b>${money(credit.available)}</b>`} />`}
      </dl>
      ${credit.state === "exceeded" && html`<p class="credit-next">${credit.may_override ? _("You may go on with a reason; it is kept with the order.")
        : _("Move lines to Interested, or ask an admin to raise the limit.")}</p>`}
    </section>`;
}

const SAID = { saved: _("Saved"), typing: _("Not saved yet"), saving: _("Saving…") };

/** Notes: written when the hand rests or leaves. Somebody else's change comes in while nothing of ours is unsaved. */
export function Notes({ desk }) {
  const kept = desk.session.notes;
  const [text, setText] = useState(kept);
  const [state, setState] = useState("saved");
  const [fault, setFault] = useState(null);
  const base = useRef(kept);
  const mine = useRef(null);
  const timer = useRef(null);
  useEffect(() => {
    if (mine.current != null) return;
    base.current = kept;
    setText(kept);
  }, [kept]);
  const save = async () => {
    clearTimeout(timer.current);
    const wanted = mine.current;
    if (wanted == null) return;
    setState("saving");
    try {
      if (!await desk.writeNotes(wanted, base.current)) {
        setState("typing");
        return setFault({ message: _("Somebody else has changed the notes meanwhile."), theirs: true });
      }
      base.current = wanted;
      if (mine.current === wanted) mine.current = null;
      setState(mine.current == null ? "saved" : "typing");
      setFault(null);
    } catch (error) {
      setState("typing");
      setFault(error);
      timer.current = setTimeout(save, 3000);
    }
    return undefined;
  };
  useEffect(() => () => clearTimeout(timer.current), []);
  const type = (value) => {
    mine.current = value;
    setText(value);
    setState("typing");
    clearTimeout(timer.current);
    timer.current = setTimeout(save, REST_MS);
  };
  const over = (useTheirs) => {
    base.current = desk.session.notes;
    setFault(null);
    if (!useTheirs) return save();
    mine.current = null;
    setText(desk.session.notes);
    return setState("saved");
  };
  return html`
    <section class="side-part" aria-labelledby="notes-title">
      <header class="side-head"><h2 id="notes-title">${_("Notes")}</h2><p class="hint" role="status">${SAID[state]}</p></header>
      <textarea aria-label=${_("Notes, never shown to the customer")} placeholder=${_("Only for staff; saved as you type.")} maxlength="5000" value=${text} readonly=${!desk.can.act}
        onInput=${(event) => type(event.target.value)} onBlur=${save}></textarea>
      ${fault && html`<div class="fault" role="alert"><p>${fault.message}</p>
        ${fault.theirs && html`<p><button type="button" class="small" onClick=${() => over(true)}>${_("Take theirs")}</button> <button type="button" class="small" onClick=${() => over(false)}>${_("Keep mine")}</button></p>`}</div>`}
    </section>`;
}
