/** Modal dialogs on the browser's own <dialog>: Escape closes, focus goes back where it was. */
import { html, useEffect, useMemo, useRef, useState } from "./html.js";
import { Icon } from "./views.js";

let modals = 0;

/** A modal with a title; `kind` is `card` or `drawer`. */
export function Modal({ title, kind = "card", onClose, children, describedBy }) {
  const element = useRef(null);
  const id = useMemo(() => `dialog-title-${(modals += 1)}`, []);
  useEffect(() => {
    const dialog = element.current;
    const before = document.activeElement;
    dialog.showModal();
    dialog.querySelector("[data-focus]")?.focus();
    return () => {
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
          <button type="button" class="quiet icon-only" aria-label="Close" onClick=${onClose}><${Icon} name="cross" /></button>
        </header>
        ${children}
      </div>
    </dialog>`;
}

/** Ask before something that can't be taken back. */
export function Confirm({ title, text, yes, danger, onYes, onClose }) {
  const [busy, setBusy] = useState(false);
  const go = async () => {
    setBusy(true);
    await onYes();
    onClose();
  };
  return html`
    <${Modal} title=${title} onClose=${onClose} describedBy="confirm-text">
      <p id="confirm-text">${text}</p>
      <footer class="dialog-foot">
        <button type="button" onClick=${onClose}>Cancel</button>
        <button type="button" class=${danger ? "danger" : "primary"} disabled=${busy} onClick=${go}>${yes}</button>
      </footer>
    <//>`;
}

const KEYS = [
  ["j / k, ↓ / ↑", "next and previous row of a list"],
  ["Enter", "open the item of the row"],
  ["1, 2, 3", "go to items, claims, comments"],
  ["/", "filter the list"],
  ["Home / End", "newest and oldest row"],
  ["Esc", "close, or leave a field"],
  ["?", "this page"],
];

export const Shortcuts = ({ onClose }) => html`
  <${Modal} title="Keyboard" onClose=${onClose}>
    <dl class="keys">${KEYS.map(([keys, words]) => html`
      <div key=${keys}><dt><kbd>${keys}</kbd></dt><dd>${words}</dd></div>`)}</dl>
  <//>`;
