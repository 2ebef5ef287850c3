/** What every page in the frame does: menus, dialogs that ask first, copy buttons, the message of the page before. */
import { _ } from "./i18n.js";
import { fade, saidBefore, toast } from "./toast.js";

const TOAST_MS = 8000;

const openMenus = () => document.querySelectorAll("details[data-menu][open]");

function closeMenus(except) {
  for (const menu of openMenus()) if (menu !== except && !menu.contains(except)) menu.open = false;
}

document.addEventListener("click", (event) => {
  closeMenus(event.target.closest("details[data-menu]"));
  const opener = event.target.closest("[data-opens]");
  if (opener) document.getElementById(opener.dataset.opens)?.showModal();
  if (event.target.closest("[data-closes]")) event.target.closest("dialog")?.close();
  if (event.target.matches("dialog.dialog")) event.target.close();
  const copied = event.target.closest("[data-copy]");
  if (copied) copy(copied.dataset.copy);
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of openMenus()) {
    if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
    menu.open = false;
  }
});

/* `navigator.clipboard` is missing where the page came over plain http. */
async function write(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const box = Object.assign(document.createElement("textarea"), { value: text, className: "visually-hidden" });
  document.body.append(box);
  box.select();
  const done = document.execCommand("copy");
  box.remove();
  if (!done) throw new Error("refused");
}

async function copy(text) {
  try {
    await write(text);
    toast(_("Copied."));
  } catch {
    toast(_("The browser did not allow copying. Select the text and copy it by hand."), { bad: true });
  }
}

/* A live region speaks when it changes: what stood in it from the start is put in again. */
const kept = document.querySelector("#toasts > [data-toast]");
if (kept) {
  const region = kept.parentElement;
  region.replaceChildren();
  setTimeout(() => region.replaceChildren(kept), 60);
  fade(kept, TOAST_MS);
}

const said = saidBefore();
if (said) setTimeout(() => toast(said), 60);

/* A form goes off once, however often its button is pressed. */
document.addEventListener("submit", (event) => {
  if (event.target.method !== "post" || event.target.hasAttribute("data-many")) return;
  if (event.target.dataset.sent) event.preventDefault();
  event.target.dataset.sent = "yes";
  setTimeout(() => delete event.target.dataset.sent, 4000);
});
window.addEventListener("pageshow", (event) => {
  if (event.persisted) for (const form of document.forms) delete form.dataset.sent;
});
