/** The timeline: three lines that differ in colour, in how they are drawn, and by their names beside the numbers. */
import { _, formatNumber, language } from "../lib/i18n.js";

const HEIGHT = 240;
const HEIGHT_NARROW = 190;

const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** A colour as the canvas takes it: `light-dark()` is resolved on an element. */
function colour(name) {
  const probe = document.createElement("span");
  probe.className = `colour-${name}`;
  document.body.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}

const zone = document.getElementById("people").dataset.zone;
const clock = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", second: "2-digit", timeZone: zone });
const minutes = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", timeZone: zone });
const number = (_chart, value) => (value == null ? "–" : formatNumber(value));

/** A single moment gets nothing before and after it: the chart would span a day. */
const spread = (line) => (line.comments.length > 1 ? line : {
  ...line, start: line.start - line.seconds, ...Object.fromEntries(["comments", "claims", "wins"].map((name) => [name, [0, ...line[name], 0]])),
});

const columnsOf = (line) => [line.comments.map((_value, place) => line.start + place * line.seconds), line.comments, line.claims, line.wins.map((wins) => wins || null)];
const columns = (line) => columnsOf(spread(line));

function options(width, compact) {
  const grid = { stroke: colour("line"), width: 1 };
  const axis = { stroke: colour("muted"), grid, ticks: { show: false }, font: `12px ${style("--ui")}` };
  return {
    width,
    height: compact ? HEIGHT_NARROW : HEIGHT,
    padding: [10, 36, 0, 0],
    legend: { markers: { width: 2, dash: (_chart, nth) => ["solid", "solid", "dashed", "dotted"][nth] } },
    cursor: { drag: { x: true, y: false }, points: { size: 7 } },
    scales: { y: { range: (_chart, _low, high) => [0, Math.max(high, 4)] } },
    axes: [
      { ...axis, values: (_chart, splits, _axis, _space, step) => splits.map((second) => (step < 60 ? clock : minutes).format(second * 1000)), space: 90, size: 32 },
      { ...axis, size: 44, values: (_chart, splits) => splits.map((value) => (Number.isInteger(value) ? formatNumber(value) : "")) },
    ],
    series: [
      { label: _("Time"), value: (_chart, second) => (second == null ? "–" : clock.format(second * 1000)) },
      { label: _("Comments"), stroke: colour("comments"), fill: colour("comments-fill"), width: 1.25, points: { show: false }, value: number },
      { label: _("Claims"), stroke: colour("claims"), width: 2.25, dash: [7, 4], points: { show: false }, value: number },
      { label: _("Wins"), stroke: colour("wins"), fill: null, width: 2, points: { show: true, size: 6, fill: colour("wins") }, paths: () => null, value: number },
    ],
  };
}

/** Keeps the chart in the place that the page has for it, also after the place was swapped for a new one. */
export function keepChart() {
  let chart = null, place = null, shown = "";
  const measure = () => Math.max(place.clientWidth, 200);
  const draw = () => {
    const found = document.querySelector("[data-chart]");
    if (!found) return;
    const line = JSON.parse(found.dataset.chart);
    if (found === place && shown === found.dataset.chart) return;
    shown = found.dataset.chart;
    if (chart && found !== place) found.replaceChildren(chart.root);
    place = found;
    if (chart) chart.setData(columns(line));
    else chart = new globalThis.uPlot(options(measure(), place.clientWidth < 520), columns(line), place);
  };
  const redraw = () => {
    chart?.destroy();
    chart = null;
    shown = "";
    draw();
  };
  const resize = () => chart && place.isConnected && chart.setSize({ width: measure(), height: chart.height });
  draw();
  new ResizeObserver(resize).observe(document.getElementById("main"));
  new MutationObserver(redraw).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
  return draw;
}
