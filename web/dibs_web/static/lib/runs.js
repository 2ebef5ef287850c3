/** Long work as it gets on: every `[data-run]` of the page follows the one stream of the workspace. When the stream is
 * cut the runs are asked for every few seconds, until it is back. Nothing that is shown goes back. */
import { api } from "./api.js";
import { _, formatNumber } from "./i18n.js";

const KINDS = ["run.stage", "run.progress", "run.completion", "run.error"];
const POLL_MS = 2500;
const RELOAD_MS = 900;
const TONES = { running: "look", waiting: "warn", done: "good", failed: "bad", stopped: "" };
const words = () => ({
  running: _("Running"), waiting: _("Waits for you"), done: _("Done"), failed: _("Failed"), stopped: _("Stopped"),
});

let position = document.querySelector('meta[name="dibs-position"]')?.content ?? "";
let failures = 0;
let polling = null;
let reloading = null;

const all = () => [...document.querySelectorAll("[data-run]")];
const part = (element, name) => element.querySelector(`[data-part="${name}"]`);

/** How long it takes yet, in a few words. */
export function leftWords(seconds) {
  if (seconds === null || seconds === undefined) return "";
  if (seconds < 60) return _("about {n} s left", { n: Math.max(1, seconds) });
  if (seconds < 3600) return _("about {n} min left", { n: Math.round(seconds / 60) });
  return _("about {n} h left", { n: Math.round(seconds / 3600) });
}

/** Show a run as an event or an answer tells of it. */
export function show(element, run) {
  const before = Number(element.dataset.at);
  if (run.state === "running" && run.percent < before) return;
  const changed = element.dataset.state !== run.state;
  element.dataset.state = run.state;
  element.dataset.at = run.percent;
  part(element, "bar").value = run.percent;
  part(element, "percent").textContent = `${Math.floor(run.percent)} %`;
  const badge = part(element, "state");
  badge.textContent = words()[run.state] ?? run.state;
  badge.className = `badge badge-${TONES[run.state] ?? ""}`;
  const at = run.stages.indexOf(run.stage);
  [...element.querySelectorAll("[data-stage]")].forEach((step, place) => {
    step.className = run.state === "done" || place < at || (run.state === "waiting" && place === at) ? "is-done" : place === at ? "is-now" : "";
    if (place === at && run.state === "running") step.setAttribute("aria-current", "step");
    else step.removeAttribute("aria-current");
  });
  const values = { done: formatNumber(run.done), total: formatNumber(run.total ?? 0) };
  part(element, "count").textContent = run.total !== null ? _("{done} of {total}", values) : run.done ? values.done : "";
  part(element, "message").textContent = run.message;
  part(element, "left").textContent = leftWords(run.remaining_seconds);
  part(element, "problem").textContent = run.error ? _(run.error.message) : "";
  element.dispatchEvent(new CustomEvent("dibs-run", { bubbles: true, detail: run }));
  if (changed && run.state !== "running" && "reload" in element.dataset) reloadSoon();
}

function reloadSoon() {
  reloading ??= setTimeout(() => location.reload(), RELOAD_MS);
}

function heard(run) {
  const shown = all().filter((element) => element.dataset.run === run.run_id);
  for (const element of shown) show(element, run);
  if (!shown.length && run.state === "running" && document.querySelector("[data-runs-follow]")) reloadSoon();
}

function say(state) {
  const told = { live: [_("Live updates"), "on"], polling: [_("Reconnecting; asked every few seconds"), "wait"], off: [_("Signed out"), "off"] };
  const [sentence, tone] = told[state];
  for (const badge of document.querySelectorAll("[data-run-live]")) {
    if (badge.dataset.runLive === state) continue;
    badge.dataset.runLive = state;
    badge.className = `link link-${tone}`;
    badge.querySelector("[data-words]").textContent = sentence;
  }
}

async function ask() {
  const open = all().filter((element) => element.dataset.state === "running" || element.dataset.state === "waiting");
  for (const element of open.slice(0, 20)) {
    try {
      show(element, (await api("GET", `/api/runs/${element.dataset.run}`)).run);
    } catch {
      return; // the server is away for a moment: the next look tells
    }
  }
}

function poll(on) {
  if (!on) {
    clearInterval(polling);
    polling = null;
  } else polling ??= setInterval(ask, POLL_MS);
}

function open() {
  const after = position ? `?after=${encodeURIComponent(position)}` : "";
  const source = new EventSource(`/api/workspace/stream${after}`);
  const end = (again) => {
    source.close();
    if (again === null) return;
    poll(true);
    setTimeout(open, again);
  };
  source.onopen = async () => {
    failures = 0;
    poll(false);
    say("live");
    await ask(); // what happened while nobody listened
  };
  for (const kind of KINDS) {
    source.addEventListener(kind, (event) => {
      if (event.lastEventId) position = event.lastEventId;
      heard(JSON.parse(event.data));
    });
  }
  source.addEventListener("reset", () => {
    position = "";
    end(50);
  });
  source.addEventListener("bye", (event) => {
    const out = JSON.parse(event.data).reason === "signed_out";
    say(out ? "off" : "polling");
    end(out ? null : 500);
  });
  source.onerror = () => {
    say("polling");
    failures += 1;
    end(Math.min(10000, 500 * 2 ** Math.min(failures, 5)) * (0.6 + 0.4 * Math.random()));
  };
}

if (document.querySelector("[data-run], [data-run-live], [data-runs-follow]")) open();
