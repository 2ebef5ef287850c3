/** Checking a purchase order: every field is kept as soon as it is left, by the version of its line. */
import { api } from "/static/current/lib/api.js";
import { _, ngettext } from "/static/current/lib/i18n.js";
import { toast } from "/static/current/lib/toast.js";

const head = document.getElementById("po-order");
const table = document.getElementById("po-lines");
const ready = document.getElementById("po-ready");
const receive = document.getElementById("po-receive");
const unsure = document.getElementById("po-unsure");
const base = head.dataset.path;
const products = new Map();
const queues = new Map();
const DECIMALS = new Set(["quantity", "unit_cost"]);
const words = () => ({
  name: _("Same name"), code: _("Known code"), similar: _("Similar name"), chosen: _("Chosen"), new: _("New product"),
});

const rowOf = (element) => element.closest("tr[data-line]");
const part = (row, name) => row.querySelector(`[data-part="${name}"]`);
const act = (row, name) => row.querySelector(`[data-act="${name}"]`);

/** A number as people write it: a comma may be its decimal sign. */
const decimal = (text) => (text.includes(",") && !text.includes(".") ? text.replace(",", ".") : text.replaceAll(",", ""));

/** One change after the other, so that each knows the version that the one before made. */
function keep(row, change) {
  const next = (queues.get(row) ?? Promise.resolve()).then(() => write(row, change));
  queues.set(row, next);
  return next;
}

async function write(row, change) {
  const path = `${base}/lines/${row.dataset.line}`;
  try {
    show(row, await api("PATCH", path, { version: Number(row.dataset.version), ...change }));
    await count();
  } catch (error) {
    part(row, "problem").textContent = error.fields?.map((field) => field.problem).join("; ") || error.message;
    for (const name of Object.keys(change)) row.querySelector(`[name="${name}"]`)?.setAttribute("aria-invalid", "true");
    if (error.code === "conflict") toast(_("Somebody else has changed this line. Load the page again to see it."), { bad: true });
  }
}

function show(row, line) {
  row.dataset.version = line.version;
  row.className = line.skipped ? "is-skipped" : line.lacks.length ? "is-unready" : "is-saved";
  for (const input of row.querySelectorAll("[aria-invalid]")) input.removeAttribute("aria-invalid");
  part(row, "problem").textContent = line.problem ? _(line.problem) : "";
  const badge = part(row, "match");
  badge.textContent = words()[line.match] ?? "";
  badge.className = `badge badge-${line.match === "similar" && !line.checked ? "warn" : line.match === "new" ? "look" : "good"}`;
  row.querySelector(".po-product").value = line.product_name ?? "";
  act(row, "new").hidden = line.match === "new";
  act(row, "check").hidden = !line.unsure || line.checked || line.skipped;
  act(row, "skip").setAttribute("aria-pressed", String(line.skipped));
}

async function count() {
  const { counts, version } = await api("GET", base);
  head.dataset.version = version;
  unsure.textContent = counts.unsure;
  receive.disabled = counts.unready > 0;
  ready.textContent = counts.unready
    ? ngettext("{n} line needs you before it can be received.", "{n} lines need you before they can be received.", counts.unready)
    : _("Everything is ready.");
}

async function choose(row, input) {
  const name = input.value.trim();
  if (!name) return keep(row, { is_new: true });
  const known = products.get(name) ?? (await find(name)).find((one) => one.name.toLowerCase() === name.toLowerCase())?.product_id;
  if (known) return keep(row, { product_id: known });
  part(row, "problem").textContent = _("There is no such product. Choose one of the list, or leave it empty for a new one.");
  input.setAttribute("aria-invalid", "true");
}

async function find(text) {
  const found = (await api("GET", `/api/products?limit=20&q=${encodeURIComponent(text.slice(0, 100))}`)).products;
  const list = document.getElementById("po-products");
  list.replaceChildren(...found.map((one) => Object.assign(document.createElement("option"), { value: one.name })));
  for (const one of found) products.set(one.name, one.product_id);
  return found;
}

let timer = null;
table.addEventListener("input", (event) => {
  if (!event.target.matches(".po-product")) return;
  clearTimeout(timer);
  timer = setTimeout(() => find(event.target.value.trim()), 200);
});
table.addEventListener("change", (event) => {
  const row = rowOf(event.target);
  const { name, value } = event.target;
  if (!row || event.target.readOnly) return;
  if (name === "product") choose(row, event.target);
  else keep(row, { [name]: DECIMALS.has(name) ? decimal(value.trim()) : value.trim() });
});
table.addEventListener("click", (event) => {
  const button = event.target.closest("[data-act]");
  if (!button) return;
  const row = rowOf(button);
  if (button.dataset.act === "new") keep(row, { is_new: true });
  if (button.dataset.act === "check") keep(row, { checked: true });
  if (button.dataset.act === "skip") keep(row, { skipped: button.getAttribute("aria-pressed") !== "true" });
});

head.addEventListener("submit", (event) => event.preventDefault());
head.addEventListener("change", async (event) => {
  const { name, value } = event.target;
  try {
    const order = await api("PATCH", base, { version: Number(head.dataset.version), [name]: value || null });
    head.dataset.version = order.version;
    event.target.removeAttribute("aria-invalid");
  } catch (error) {
    event.target.setAttribute("aria-invalid", "true");
    toast(error.message, { bad: true });
  }
});
