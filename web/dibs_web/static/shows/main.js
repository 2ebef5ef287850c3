/** The list of shows follows what happens, but is not pulled away from under an open menu or question. */
const EVERY_MS = 10000;

setInterval(() => {
  const list = document.getElementById("shows");
  if (!list || document.hidden || list.querySelector("dialog[open], details[open]")) return;
  list.dispatchEvent(new Event("refresh-list"));
}, EVERY_MS);
