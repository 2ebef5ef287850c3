/** A short sound and a short buzz for each claim; both off until somebody switches them on. */
import { _ } from "../lib/i18n.js";
import { html, useState } from "./html.js";
import { Modal } from "./dialogs.js";

const KEPT = "dibs.console.alerts";
const APART_MS = 600;
const NOTES = { won: [660, 880], wait: [440], look: [520, 390] };
const quiet = matchMedia("(prefers-reduced-motion: reduce)");

/** What was chosen in this browser. */
export function chosen() {
  try {
    return { sound: false, buzz: false, ...JSON.parse(localStorage.getItem(KEPT) ?? "{}") };
  } catch {
    return { sound: false, buzz: false };
  }
}

function choose(alerts) {
  try {
    localStorage.setItem(KEPT, JSON.stringify(alerts));
  } catch {
    // a browser that keeps nothing forgets the choice with the page
  }
}

let audio = null;

function play(tones) {
  audio ??= new AudioContext();
  audio.resume();
  tones.forEach((tone, index) => {
    const [from, source, level] = [audio.currentTime + index * 0.09, audio.createOscillator(), audio.createGain()];
    source.type = "triangle";
    source.frequency.value = tone;
    level.gain.setValueAtTime(0.0001, from);
    level.gain.exponentialRampToValueAtTime(0.16, from + 0.012);
    level.gain.exponentialRampToValueAtTime(0.0001, from + 0.16);
    source.connect(level).connect(audio.destination);
    source.start(from);
    source.stop(from + 0.18);
  });
}

/** Hears of new claims; rings at most every so often, and never for what it catches up with. */
export class Bell {
  constructor(store) {
    this.last = 0;
    store.onClaim((claim) => this.claim(claim, store.phase));
  }

  claim(claim, phase) {
    const { sound, buzz } = chosen();
    if (!sound && !buzz || phase !== "live" || Date.now() - this.last < APART_MS) return;
    this.last = Date.now();
    ring({ winner: "won", waitlist: "wait" }[claim.status] ?? "look", sound, buzz);
  }
}

function ring(kind, sound, buzz) {
  document.documentElement.dataset.rang = kind;
  if (sound) play(NOTES[kind]);
  if (buzz && !quiet.matches) navigator.vibrate?.(kind === "look" ? [40, 60, 40] : 40);
}

/** The dialog with both switches. */
export function Alerts({ onClose }) {
  const [alerts, setAlerts] = useState(chosen);
  const set = (change) => {
    const next = { ...alerts, ...change };
    choose(next);
    setAlerts(next);
  };
  const toggle = (name, words, hint) => html`
    <div class="toggle-field"><input class="toggle" type="checkbox" role="switch" id=${`alert-${name}`} checked=${alerts[name]}
      aria-describedby=${hint ? `alert-${name}-hint` : undefined} onChange=${(event) => set({ [name]: event.target.checked })} />
      <div><label for=${`alert-${name}`}>${words}</label>${hint && html`<p class="hint" id=${`alert-${name}-hint`}>${hint}</p>`}</div></div>`;
  return html`
    <${Modal} title=${_("Sound and vibration")} onClose=${onClose}>
      ${toggle("sound", _("A sound for each claim"), _("Rising for a win, one low tone for the waitlist, falling for what needs a look."))}
      ${toggle("buzz", _("Vibrate for each claim"), quiet.matches ? _("This device asks for less motion, so it does not vibrate.") : _("On phones that can."))}
      <p class="hint">${_("Kept in this browser only.")}</p>
      <footer class="dialog-foot"><button type="button" onClick=${() => ring("won", true, alerts.buzz)}>${_("Try it")}</button>
        <button type="button" class="primary" onClick=${onClose}>${_("Close")}</button></footer>
    <//>`;
}
