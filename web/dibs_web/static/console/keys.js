/** Keys that work anywhere on the console. */

const PANELS = { 1: "items", 2: "claims", 3: "comments" };

/** Listen; `on` has `help` and `tab(name)`. */
export function listenForKeys(on) {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select, dialog")) return;
    const panel = event.target.closest(".panel");
    if (event.key === "?") on.help();
    else if (event.key === "/") focusFilter(panel);
    else if (event.key in PANELS) focusPanel(PANELS[event.key], on.tab);
    else if ((event.key === "j" || event.key === "k") && !panel) focusPanel("claims", on.tab);
    else return;
    event.preventDefault();
  });
}

function focusFilter(panel) {
  const from = panel ?? [...document.querySelectorAll(".panel")].find((each) => each.offsetParent);
  const field = (panel ?? document.getElementById("panel-claims"))?.querySelector(".search");
  (field?.offsetParent ? field : from?.querySelector(".search"))?.focus();
}

function focusPanel(name, tab) {
  tab(name);
  const panel = document.getElementById(`panel-${name}`);
  const focus = () => {
    const row = panel.querySelector('[data-index][tabindex="0"]') ?? panel.querySelector("[data-item]");
    (row ?? panel.querySelector(".search")).focus();
  };
  if (panel.offsetParent) focus();
  else requestAnimationFrame(focus); // on a narrow screen the panel comes into sight with the next frame
}
