/** The summary: the chart follows the figures that the server puts into the page, and so does the list of buyers. */
import { keepChart } from "./chart.js";
import { inUse, loadPeople, showEverybody, startPeople } from "./people.js";

const AGAIN_MS = 15000;
const mark = () => document.getElementById("figures")?.dataset.mark ?? "";

const draw = keepChart();
let known = mark(), readAt = Date.now();
startPeople();

function follow() {
  draw();
  if (mark() === known || inUse() || Date.now() - readAt < AGAIN_MS) return;
  known = mark();
  readAt = Date.now();
  loadPeople();
}

new MutationObserver(follow).observe(document.getElementById("main"), { childList: true });
document.getElementById("print").addEventListener("click", () => {
  showEverybody();
  print();
});
