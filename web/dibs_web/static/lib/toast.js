/** A short message at the foot of the page, which may be taken back. */
import { _ } from "./i18n.js";

const STAY_MS = 6000;
const STAY_WITH_UNDO_MS = 12000;

function place() {
  const found = document.getElementById("toasts");
  if (found) return found;
  const made = Object.assign(document.createElement("div"), { id: "toasts", className: "toasts" });
  made.setAttribute("role", "status");
  document.body.append(made);
  return made;
}

const NEXT = "dibs-toast";

/** Say something on the page that comes next. */
export function sayOnNextPage(words) {
  try {
    sessionStorage.setItem(NEXT, words);
  } catch {
    // a browser without storage goes without
  }
}

/** What the page before wanted to be said here. */
export function saidBefore() {
  try {
    const words = sessionStorage.getItem(NEXT);
    sessionStorage.removeItem(NEXT);
    return words;
  } catch {
    return null;
  }
}

/** Let it go after a while, but not from under a hand or a focus. */
export function fade(box, after) {
  const leave = () => {
    if (box.matches(":hover, :focus-within")) setTimeout(leave, 1000);
    else box.remove();
  };
  setTimeout(leave, after);
}

/** Say something; `undo` is called when the reader takes it back, `bad` is for what went wrong. */
export function toast(words, { undo, bad = false, undoWords } = {}) {
  const box = Object.assign(document.createElement("div"), { className: bad ? "toast bad" : "toast" });
  box.append(Object.assign(document.createElement("p"), { textContent: words }));
  if (undo) {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: undoWords ?? _("Undo") });
    button.addEventListener("click", () => {
      box.remove();
      undo();
    });
    box.append(button);
  }
  place().replaceChildren(box);
  fade(box, undo ? STAY_WITH_UNDO_MS : STAY_MS);
  return box;
}
