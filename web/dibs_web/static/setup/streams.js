/** How the streams stand, asked for now and then; the page is loaded anew when there is something else to press. */
import { api } from "../lib/api.js";
import { _, ngettext } from "../lib/i18n.js";

const LOOK_MS = 4000;
const WORDS = {
  idle: _("Ready: it begins with the show"), waiting: _("Waits for the broadcast"), choose: _("Which broadcast?"),
  listening: _("Listens"), quiet: _("Nobody comments"), trouble: _("Trouble"), ended: _("The broadcast has ended"),
};
const TONES = { waiting: "warn", choose: "bad", listening: "good", quiet: "warn", trouble: "bad" };
const SAME = new Set(["idle", "waiting", "listening"]);

const showId = document.getElementById("setup").dataset.show;
const typing = () => document.querySelector("#streams [name=where]")?.value || document.querySelector("dialog[open]");

function figures(stream) {
  const parts = [];
  if (stream.comments_seen) parts.push(ngettext("{n} comment", "{n} comments", stream.comments_seen));
  if (stream.viewers != null) parts.push(ngettext("{n} watches", "{n} watch", stream.viewers));
  return parts.join(" · ");
}

function draw(row, stream) {
  const badge = row.querySelector("[data-part=state]");
  badge.textContent = WORDS[stream.state] ?? stream.state;
  badge.className = TONES[stream.state] ? `badge badge-${TONES[stream.state]}` : "badge";
  row.querySelector("[data-part=figures]").textContent = figures(stream);
  const other = row.dataset.state !== stream.state && !(SAME.has(row.dataset.state) && SAME.has(stream.state));
  row.dataset.state = stream.state;
  return other;
}

async function look() {
  if (document.hidden) return;
  const { streams } = await api("GET", `/api/shows/${showId}/streams`);
  let other = false;
  for (const stream of streams) {
    const row = document.querySelector(`[data-stream="${stream.stream_id}"]`);
    if (!row || draw(row, stream)) other = true;
  }
  if (other && !typing()) location.reload();
}

setInterval(() => look().catch(() => {}), LOOK_MS);
