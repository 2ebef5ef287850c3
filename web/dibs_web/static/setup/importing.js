/** A list of items from a spreadsheet: looked at first, with every faulty row, then added as a whole. */
import { api } from "../lib/api.js";
import { _, formatNumber, ngettext } from "../lib/i18n.js";
import { toast } from "../lib/toast.js";
import { append } from "./rows.js";

const WAIT_MS = 350;
const MOST_SHOWN = 500;
const FIELDS = ["item_number", "title", "variant", "quantity", "price"];
const part = (name) => document.getElementById(name === "dialog" ? "import" : `import-${name}`);
const fieldWords = (name) => ({
  item_number: _("number"), title: _("title"), variant: _("variant"), quantity: _("quantity"), price: _("price"),
})[name] ?? _("row");
let base = "";
let timer = null;
let asked = 0;
let file = null;

/** Open the dialog, with cells that were pasted elsewhere. */
export function openImport(text = "") {
  reset();
  part("text").value = text;
  part("dialog").showModal();
  part("text").focus();
  if (text) look();
}

function reset() {
  file = null;
  asked += 1;
  part("file").value = part("text").value = part("name").textContent = "";
  clear();
}

function clear() {
  part("said").replaceChildren();
  part("rows").replaceChildren();
  part("box").hidden = true;
  part("add").disabled = true;
  part("add").textContent = _("Add items");
}

function body() {
  if (!file) return { text: part("text").value };
  const form = new FormData();
  form.append("file", file);
  return form;
}

async function look() {
  clearTimeout(timer);
  const mine = ++asked;
  if (!file && !part("text").value.trim()) return clear();
  try {
    const found = await api("POST", `${base}/import?preview=true`, body());
    if (mine === asked) show(found);
  } catch (error) {
    if (mine !== asked) return;
    clear();
    say([[error.message, "bad"]]);
  }
}

function say(lines) {
  part("said").replaceChildren(...lines.map(([words, tone]) => {
    const line = document.createElement("p");
    line.className = `notice notice-${tone}`;
    line.textContent = words;
    return line;
  }));
}

function show({ rows, totals, remarks, can_add: canAdd }) {
  const lines = [];
  if (totals.faulty) {
    lines.push([ngettext("{n} row is faulty. Correct it in the list, then all can be added.",
      "{n} rows are faulty. Correct them in the list, then all can be added.", totals.faulty), "bad"]);
  }
  if (totals.exists) {
    lines.push([ngettext("{n} item is in the show already and is left out.",
      "{n} items are in the show already and are left out.", totals.exists), "warn"]);
  }
  for (const remark of remarks) lines.push([remark, "plain"]);
  say(lines);
  /* faulty rows first: nobody should have to look for them */
  const sorted = [...rows].sort((a, b) => (b.status === "faulty") - (a.status === "faulty") || a.line - b.line);
  part("rows").replaceChildren(...sorted.slice(0, MOST_SHOWN).map(asRow));
  part("box").hidden = rows.length === 0;
  part("add").disabled = !canAdd;
  part("add").textContent = totals.new ? ngettext("Add {n} item", "Add {n} items", totals.new) : _("Nothing to add");
}

function asRow(row) {
  const line = document.createElement("tr");
  line.className = `import-${row.status}`;
  const faulty = new Set(row.faults.map((fault) => fault.field));
  const cells = [[formatNumber(row.line), "num"], ...FIELDS.map((name) => [
    row[name] ?? "", `${name === "quantity" || name === "price" ? "num" : ""} ${faulty.has(name) ? "is-faulty" : ""}`,
  ])];
  const remark = row.status === "exists" ? _("is there already")
    : row.faults.map((fault) => `${fieldWords(fault.field)} ${fault.problem}`).join("; ");
  for (const [words, kind] of [...cells, [remark, "import-remark"]]) {
    const cell = document.createElement("td");
    cell.className = kind;
    cell.textContent = words;
    line.append(cell);
  }
  return line;
}

async function add() {
  part("add").disabled = true;
  try {
    const { added } = await api("POST", `${base}/import?skip_existing=true`, body());
    append(added);
    part("dialog").close();
    toast(ngettext("{n} item was added.", "{n} items were added.", added.length));
    document.querySelector("#rows tr.is-new .cell")?.focus();
  } catch (error) {
    say([[error.message, "bad"]]);
    look();
  }
}

/** Listen to the dialog. */
export function startImport(address) {
  base = address;
  document.getElementById("open-import").addEventListener("click", () => openImport());
  part("text").addEventListener("input", () => {
    file = null;
    part("name").textContent = "";
    clearTimeout(timer);
    timer = setTimeout(look, WAIT_MS);
  });
  part("file").addEventListener("change", () => {
    file = part("file").files[0] ?? null;
    part("name").textContent = file?.name ?? "";
    part("text").value = "";
    look();
  });
  part("add").addEventListener("click", add);
}
