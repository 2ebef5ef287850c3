/** The summary: the chart follows the figures that the server puts into the page, and so does the list of buyers. */
import { keepChart } from "./chart.js";
import { inUse, loadPeople, showEverybody, startPeople } from "./people.js";

const FIGURES_MS = 5000;
const AGAIN_MS = 15000;
const mark = () => document.getElementById("figures")?.dataset.mark ?? "";

const draw = keepChart();
let known = mark(), readAt = Date.now();
startPeople();

function follow() {
  draw();
  if (focused && document.activeElement === document.body) document.getElementById(focused)?.focus({ preventScroll: true });
  if (mark() === known || inUse() || Date.now() - readAt < AGAIN_MS) return;
  known = mark();
  readAt = Date.now();
  loadPeople();
}

/* Figures are not pulled away from under somebody who reads a table; who was on a button is put back on it. */
const beingRead = () => document.querySelector("#figures details[open], #item-dialog[open]");
let focused = "";
setInterval(() => {
  const figures = document.getElementById("figures");
  if (!("running" in figures.dataset) || document.hidden || beingRead()) return;
  focused = figures.contains(document.activeElement) ? document.activeElement.id : "";
  figures.dispatchEvent(new Event("refresh-figures"));
}, FIGURES_MS);

new MutationObserver(follow).observe(document.getElementById("main"), { childList: true });
document.getElementById("print").addEventListener("click", () => {
  showEverybody();
  print();
});
