/** The rows of the item table: what stands in them is what the server holds, and a change is sent at once. */
import { api } from "../lib/api.js";
import { _, formatNumber } from "../lib/i18n.js";
import { toast } from "../lib/toast.js";
import { batchIdOf, batchLabel } from "./stock.js";

const table = document.getElementById("rows");
const LABELS = {
  title: (number) => _("Title of item {number}", { number }),
  total_quantity: (number) => _("Quantity of item {number}", { number }),
  price: (number) => _("Price of item {number}", { number }),
  batch_id: (number) => _("Batch of item {number}", { number }),
};
let base = "";

/** The ids of the items in the order of the rows. */
export const order = () => [...table.rows].map((row) => row.dataset.item);

const numberOf = (row) => row.querySelector(".cell-number").textContent.trim();

/* `9.5` as it will be read back: with two places. */
const twoPlaces = (price) => (price == null ? "" : `${price}${price.includes(".") ? "" : "."}00`.match(/^\d*\.\d\d/)?.[0] ?? price);

const shown = (name, item) => {
  if (name === "price") return twoPlaces(item.price);
  return name === "batch_id" ? batchLabel(item.batch_id) : item[name] ?? "";
};

/** Show an item as the server gave it; what is being typed in another cell than `sent` stays. */
export function fill(row, item, sent = null) {
  row.dataset.item = item.item_id;
  row.dataset.version = item.version;
  row.querySelector(".cell-number bdi").textContent = item.item_number;
  row.querySelector(".cell-variant bdi").textContent = item.variant ?? "";
  for (const input of row.querySelectorAll(".cell")) {
    const typed = input !== sent && input.dataset.held !== undefined && input.value !== input.dataset.held;
    input.dataset.held = shown(input.name, item);
    if (input.name === "batch_id") input.disabled = item.claimed_count > 0;
    if (!typed) input.value = input.dataset.held;
    input.setAttribute("aria-label", LABELS[input.name](item.item_number));
    if (!typed) mark(input, "");
  }
  row.querySelector(".cell-claimed").textContent = item.claimed_count ? formatNumber(item.claimed_count) : "";
  row.querySelector("[data-remove]").disabled = item.claimed_count > 0;
  row.querySelector("[data-remove]").setAttribute("aria-label", _("Delete item {number}", { number: item.item_number }));
  row.querySelector("[data-grip]").setAttribute("aria-label", _("Move item {number}", { number: item.item_number }));
}

/** Put new items at the end of the table. */
export function append(items) {
  for (const item of items) {
    if (table.querySelector(`[data-item="${CSS.escape(item.item_id)}"]`)) continue;
    const row = document.getElementById("row").content.firstElementChild.cloneNode(true);
    fill(row, item);
    row.classList.add("is-new");
    table.append(row);
  }
  count();
}

function count() {
  const number = table.rows.length;
  document.getElementById("items-count").textContent = formatNumber(number);
  document.getElementById("items-none").hidden = number > 0;
  document.getElementById("items-box").hidden = document.getElementById("grip-help").hidden = number === 0;
}

function mark(input, state, words = "") {
  input.dataset.state = state;
  input.title = words;
  if (state === "fault") input.setAttribute("aria-invalid", "true");
  else input.removeAttribute("aria-invalid");
}

/* A comma is how half the world writes cents. */
const asPrice = (text) => (text === "" ? null : text.replace(",", "."));

function change(input) {
  const text = input.value.trim();
  if (input.name === "title") return { title: text };
  if (input.name === "price") return { price: asPrice(text) };
  if (input.name === "batch_id") return text === "" || batchIdOf(text) ? { batch_id: batchIdOf(text) } : null;
  return /^\d{1,7}$/.test(text) ? { total_quantity: Number(text) } : null;
}

/* One change of a row after the other: each carries the version that the one before gave it. */
const turns = new WeakMap();

function save(input) {
  const row = input.closest("tr");
  const turn = (turns.get(row) ?? Promise.resolve()).then(() => send(row, input));
  turns.set(row, turn);
}

async function send(row, input) {
  if (input.value === input.dataset.held) return mark(input, "");
  const wanted = change(input);
  if (!wanted && input.name === "batch_id") return refuse(input, _("Choose a batch of the list, or leave it empty."));
  if (!wanted) return refuse(input, _("The quantity must be a whole number."));
  mark(input, "saving");
  try {
    const { item } = await api("PATCH", `${base}/${row.dataset.item}`, { ...wanted, version: Number(row.dataset.version) });
    fill(row, item, input);
    mark(input, "saved");
    setTimeout(() => input.dataset.state === "saved" && mark(input, ""), 1600);
  } catch (error) {
    if (error.code === "conflict" && error.data.current) {
      fill(row, error.data.current, input);
      toast(_("Somebody else has changed item {number}. Its row shows how it is now.", { number: numberOf(row) }), { bad: true });
    } else refuse(input, error.fields?.[0]?.problem ?? error.message);
  }
}

function refuse(input, words) {
  mark(input, "fault", words);
  toast(words, { bad: true });
}

async function remove(row) {
  const number = numberOf(row);
  const kept = Object.fromEntries([...row.querySelectorAll(".cell")].map((input) => [input.name, input.dataset.held]));
  const variant = row.querySelector(".cell-variant").textContent.trim() || null;
  const place = order();
  try {
    await api("DELETE", `${base}/${row.dataset.item}`);
  } catch (error) {
    toast(error.message, { bad: true });
    return;
  }
  const next = row.nextElementSibling ?? row.previousElementSibling;
  const gone = row.dataset.item;
  row.remove();
  count();
  (next?.querySelector("[data-remove]:not(:disabled)") ?? document.querySelector("#add-item input")).focus();
  const again = { item_number: number, title: kept.title, variant, quantity: Number(kept.total_quantity), price: kept.price || null };
  if (kept.batch_id) again.batch_id = batchIdOf(kept.batch_id);
  toast(_("Item {number} was deleted.", { number }), { undo: () => bringBack(again, place, gone) });
}

async function bringBack(item, place, gone) {
  try {
    const { items } = await api("POST", base, { items: [item] });
    append(items);
    const there = new Set([...order(), items[0].item_id]);
    const wanted = place.map((id) => (id === gone ? items[0].item_id : id)).filter((id) => there.has(id));
    const rest = order().filter((id) => !wanted.includes(id));
    await api("POST", `${base}/reorder`, { item_ids: [...wanted, ...rest] });
    for (const id of [...wanted, ...rest]) table.append(table.querySelector(`[data-item="${CSS.escape(id)}"]`));
  } catch (error) {
    toast(error.message, { bad: true });
  }
}

/** Listen to the table. */
export function startRows(address) {
  base = address;
  for (const input of table.querySelectorAll(".cell")) input.dataset.held = input.value;
  table.addEventListener("change", (event) => event.target.matches(".cell") && save(event.target));
  table.addEventListener("keydown", (event) => {
    if (!event.target.matches(".cell")) return;
    if (event.key === "Enter") step(event.target, event.shiftKey ? -1 : 1);
    if (event.key === "Escape") event.target.value = event.target.dataset.held;
  });
  table.addEventListener("click", (event) => {
    const button = event.target.closest("[data-remove]");
    if (button) remove(button.closest("tr"));
  });
}

/* Enter goes on to the same column of the next row, as in a spreadsheet. */
function step(input, by) {
  const row = input.closest("tr");
  const next = by > 0 ? row.nextElementSibling : row.previousElementSibling;
  const target = next?.querySelector(`[name="${input.name}"]`);
  if (target) target.select();
  (target ?? input).focus();
  if (!target) input.blur();
}
