/** The order of the items: by dragging a row, or with the arrow keys. Sent when the rows come to rest. */
import { api } from "../lib/api.js";
import { _ } from "../lib/i18n.js";
import { toast } from "../lib/toast.js";
import { order } from "./rows.js";

const REST_MS = 500;
const table = document.getElementById("rows");
const said = document.getElementById("said");
let base = "";
let timer = null;
let before = null;

function send() {
  clearTimeout(timer);
  timer = setTimeout(async () => {
    const old = before;
    before = null;
    if (order().join() === old.join()) return;
    try {
      await api("POST", `${base}/reorder`, { item_ids: order() });
    } catch (error) {
      put(old);
      toast(error.message, { bad: true });
    }
  }, REST_MS);
}

/* Rows that came or went meanwhile keep their place at the end. */
function put(ids) {
  for (const id of ids) {
    const row = table.querySelector(`[data-item="${CSS.escape(id)}"]`);
    if (row) table.append(row);
  }
}

function begin() {
  before ??= order();
}

function move(row, to) {
  const place = Math.max(0, Math.min(to, table.rows.length - 1));
  if (place === row.sectionRowIndex) return;
  begin();
  /* the others go around it: a row that is taken out loses the pointer and the focus */
  while (row.sectionRowIndex < place) row.before(row.nextElementSibling);
  while (row.sectionRowIndex > place) row.after(row.previousElementSibling);
}

function byKey(event) {
  const grip = event.target.closest("[data-grip]");
  const steps = { ArrowUp: -1, ArrowDown: 1, Home: -Infinity, End: Infinity };
  if (!grip || !(event.key in steps)) return;
  event.preventDefault();
  const row = grip.closest("tr");
  move(row, row.sectionRowIndex + steps[event.key]);
  said.textContent = _("Item {number} is at place {place} of {total}.", {
    number: row.querySelector(".cell-number").textContent.trim(), place: row.sectionRowIndex + 1, total: table.rows.length,
  });
  if (before) send();
}

function byHand(event) {
  const grip = event.target.closest("[data-grip]");
  if (!grip || event.button !== 0) return;
  event.preventDefault();
  const row = grip.closest("tr");
  grip.focus();
  grip.setPointerCapture(event.pointerId);
  row.classList.add("is-dragged");
  const follow = ({ clientY }) => {
    const over = [...table.rows].find((one) => clientY < one.getBoundingClientRect().bottom) ?? table.rows[table.rows.length - 1];
    if (over !== row) move(row, over.sectionRowIndex);
  };
  const drop = () => {
    grip.removeEventListener("pointermove", follow);
    row.classList.remove("is-dragged");
    if (before) send();
  };
  grip.addEventListener("pointermove", follow);
  grip.addEventListener("lostpointercapture", drop, { once: true });
}

/** Listen to the grips. */
export function startOrdering(address) {
  base = address;
  table.addEventListener("keydown", byKey);
  table.addEventListener("pointerdown", byHand);
}
