/** Keys that work anywhere on the console, never while somebody types. */

const PANELS = { 1: "items", 2: "claims", 3: "comments", 4: "review" };

/** Listen; `on` has `help`, `tab(name)`, `undo`, `next`, `add` and `run`, the last three only for who may. */
export function listenForKeys(on) {
  const listen = (event) => {
    if (event.defaultPrevented || event.altKey || event.target.closest("input, textarea, select")) return;
    if (event.ctrlKey || event.metaKey) {
      if (event.key !== "z" || event.shiftKey || !on.undo) return;
      on.undo();
    } else if (!act(event, on)) return;
    event.preventDefault();
  };
  document.addEventListener("keydown", listen);
  return () => document.removeEventListener("keydown", listen);
}

function act(event, on) {
  if (event.key === "u" && on.undo) return on.undo(), true;
  if (event.target.closest("dialog")) return false;
  const panel = event.target.closest(".panel");
  const acts = { "?": on.help, p: on.next, n: on.add, s: on.run };
  if (acts[event.key]) acts[event.key]();
  else if (event.key === "/") focusFilter(panel);
  else if (event.key in PANELS) focusPanel(PANELS[event.key], on.tab);
  else if ((event.key === "j" || event.key === "k") && !panel) focusPanel("claims", on.tab);
  else return false;
  return true;
}

function focusFilter(panel) {
  const inSight = [...document.querySelectorAll(".panel")].filter((each) => each.offsetParent);
  const wanted = [panel, document.getElementById("panel-claims"), ...inSight].filter((each) => each?.offsetParent);
  wanted.map((each) => each.querySelector(".search")).find(Boolean)?.focus();
}

/** Bring a panel into sight and put the focus on its first row. */
export function focusPanel(name, tab) {
  tab(name);
  const focus = (tries) => {
    const panel = document.getElementById(`panel-${name}`);
    // where panels take turns it comes into sight with one of the next frames
    if (!panel?.offsetParent) return tries && setTimeout(() => focus(tries - 1), 30);
    const row = panel.querySelector('[data-index][tabindex="0"], [data-item][tabindex="0"], [data-look][tabindex="0"]');
    return (row ?? panel.querySelector(".search, h2")).focus();
  };
  focus(40);
}
