/** A quantity with a step down and a step up: answers at once, writes once the hand rests. */
import { _, html, useEffect, useRef, useState } from "./kit.js";

const REST_MS = 350;
const FAULT_MS = 6000;
const NUMBER = /^\d{1,11}([.,]\d{1,4})?$/;

const plain = (value) => String(Number(value));

/** One step from a number: whole ones, as a person counts. */
function stepped(text, step) {
  const from = Number(text.replace(",", "."));
  return Number.isFinite(from) ? plain(Math.max(0, from + step)) : text;
}

/** `onWant(quantity)` writes and throws what went wrong; 0 is left to `onNone`. */
export function Stepper({ value, unit, name, disabled, onWant, onNone }) {
  const [text, setText] = useState(plain(value));
  const [fault, setFault] = useState(null);
  const wanted = useRef(null);
  const timer = useRef(null);
  useEffect(() => { if (wanted.current == null) setText(plain(value)); }, [value]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const settle = async () => {
    clearTimeout(timer.current);
    const now = wanted.current;
    if (now == null) return;
    wanted.current = null;
    const given = now.trim().replace(",", ".");
    if (!NUMBER.test(given)) return setText(plain(value));
    if (Number(given) === Number(value)) return setText(plain(value));
    if (Number(given) === 0) {
      setText(plain(value));
      return onNone();
    }
    try {
      await onWant(given);
      setFault(null);
    } catch (error) {
      setFault(error);
      setTimeout(() => setFault(null), FAULT_MS);
      if (wanted.current == null) setText(plain(value));
    }
  };
  const want = (next, wait) => {
    wanted.current = next;
    setFault(null);
    setText(next);
    clearTimeout(timer.current);
    if (wait) timer.current = setTimeout(settle, REST_MS);
  };
  return html`
    <div class="stepper" role="group" aria-label=${_("Quantity of {name}", { name })}>
      <button type="button" aria-label=${_("One less of {name}", { name })} disabled=${disabled} onClick=${() => want(stepped(text, -1), true)}>−</button>
      <input inputmode="decimal" autocomplete="off" aria-label=${_("Quantity")} value=${text} disabled=${disabled} aria-invalid=${fault ? "true" : undefined}
        onInput=${(event) => want(event.target.value, false)} onBlur=${settle} onFocus=${(event) => event.target.select()}
        onKeyDown=${(event) => { if (event.key === "Enter") settle(); }} />
      <button type="button" aria-label=${_("One more of {name}", { name })} disabled=${disabled} onClick=${() => want(stepped(text, 1), true)}>+</button>
      ${unit && html`<span class="stepper-unit">${unit}</span>`}
      ${fault && html`<p class="stepper-fault" role="alert">${fault.message}</p>`}
    </div>`;
}
