/** Modal dialogs on the browser's own <dialog>: Escape closes, focus goes back where it was. */
import { _ } from "../lib/i18n.js";
import { html, useEffect, useMemo, useRef, useState } from "./html.js";
import { Icon } from "./views.js";

let modals = 0;

/** Where toasts stand: inside the dialog on top, since all else can't be reached while it is open. */
function lendToasts(dialog) {
  const toasts = document.getElementById("toasts");
  const home = toasts?.parentElement;
  if (toasts) dialog.append(toasts);
  return () => {
    if (toasts?.parentElement === dialog) (home?.isConnected ? home : document.body).append(toasts);
  };
}

/** A modal with a title; `kind` is `sheet` or `drawer`. */
export function Modal({ title, kind = "sheet", onClose, children, describedBy }) {
  const element = useRef(null);
  const id = useMemo(() => `dialog-title-${(modals += 1)}`, []);
  useEffect(() => {
    const dialog = element.current;
    const before = document.activeElement;
    dialog.showModal();
    dialog.querySelector("[data-focus]")?.focus();
    const giveBack = lendToasts(dialog);
    return () => {
      giveBack();
      dialog.close();
      if (before?.isConnected) before.focus();
    };
  }, []);
  const outside = (event) => event.target === element.current && onClose();
  return html`
    <dialog ref=${element} class=${kind} aria-labelledby=${id} aria-describedby=${describedBy}
      onCancel=${(event) => { event.preventDefault(); onClose(); }} onMouseDown=${outside}>
      <div class="dialog-inside">
        <header class="dialog-head"><h2 id=${id} tabindex="-1">${title}</h2>
          <button type="button" class="quiet icon-only" aria-label=${_("Close")} onClick=${onClose}><${Icon} name="cross" /></button>
        </header>
        ${children}
      </div>
    </dialog>`;
}

/** Ask before something that can't be taken back. */
export function Confirm({ title, text, notes = [], yes, danger, onYes, onClose }) {
  const [busy, setBusy] = useState(false);
  const go = async () => {
    setBusy(true);
    await onYes();
    onClose();
  };
  return html`
    <${Modal} title=${title} onClose=${onClose} describedBy="confirm-text">
      <div id="confirm-text" class="confirm-text"><p>${text}</p>
        ${notes.length > 0 && html`<ul class="confirm-notes">${notes.map((note) => html`<li key=${note}>${note}</li>`)}</ul>`}</div>
      <footer class="dialog-foot">
        <button type="button" onClick=${onClose}>${_("Cancel")}</button>
        <button type="button" class=${danger ? "danger" : "primary"} disabled=${busy} onClick=${go} ...${danger ? {} : { "data-focus": true }}>${yes}</button>
      </footer>
    <//>`;
}

/** Two clicks in place, instead of a question on top of a question. */
export function TwoClicks({ words, sure, keep, label, sureLabel, disabled, onYes }) {
  const [asked, ask] = useState(false);
  const [busy, setBusy] = useState(false);
  const yes = useRef(null);
  useEffect(() => { if (asked) yes.current?.focus(); }, [asked]);
  if (!asked) {
    return html`<button type="button" class="small" disabled=${disabled} aria-label=${label} onClick=${() => ask(true)}>${words}</button>`;
  }
  const go = async () => {
    setBusy(true);
    await onYes();
    setBusy(false);
    ask(false);
  };
  return html`<span class="sure"><button type="button" class="small danger" disabled=${busy} onClick=${go} ref=${yes}
      aria-label=${sureLabel}>${sure}</button>
    <button type="button" class="small" onClick=${() => ask(false)}>${keep}</button></span>`;
}

const keyRows = () => [
  ["1 2 3 4", _("go to items, claims, comments, review")],
  ["/", _("find in the list")],
  ["j k ↓ ↑", _("next and previous row of a list")],
  ["Home End", _("newest and oldest row")],
  ["Enter", _("open the item of the row")],
  ["a", _("review: accept")],
  ["d", _("review: decline")],
  ["p", _("put the next item on now")],
  ["Alt ↓ ↑", _("move an item down or up in the list")],
  ["n", _("new item")],
  ["s", _("start, pause or resume, after a question")],
  ["u", _("undo your last action (also Ctrl+Z)")],
  ["Esc", _("close, or leave a field")],
  ["?", _("this page")],
];

export const Shortcuts = ({ onClose }) => html`
  <${Modal} title=${_("Keyboard")} onClose=${onClose}>
    <dl class="keys">${keyRows().map(([keys, words]) => html`
      <div key=${keys}><dt>${keys.split(" ").map((key) => html`<kbd key=${key}>${key}</kbd> `)}</dt><dd>${words}</dd></div>`)}</dl>
  <//>`;
