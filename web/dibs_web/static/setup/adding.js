/** Adding one item after the other, by keyboard alone. */
import { api } from "../lib/api.js";
import { _ } from "../lib/i18n.js";
import { append } from "./rows.js";
import { batchIdOf, productOf } from "./stock.js";

const form = document.getElementById("add-item");
const fault = document.getElementById("add-fault");

function say(words) {
  fault.textContent = words;
  fault.hidden = !words;
}

function read() {
  const text = (name) => form.elements[name].value.trim();
  const batch = form.elements.batch_id && text("batch_id") ? { batch_id: batchIdOf(text("batch_id")) ?? text("batch_id") } : {};
  return {
    ...batch,
    item_number: text("item_number"), title: text("title"), variant: text("variant") || null,
    quantity: /^\d{1,7}$/.test(text("quantity")) ? Number(text("quantity")) : text("quantity"),
    price: text("price") ? text("price").replace(",", ".") : null,
  };
}

/* The next plain number after the one that was added. */
function following(number) {
  return /^\d{1,9}$/.test(number) ? String(Number(number) + 1).padStart(number.length, "0") : "";
}

function wordsOf(error) {
  const words = error.fields.map((one) => `${one.path.replace(/^items\[\d+\]\.?/, "") || _("item")} ${one.problem}`);
  return words.join("; ") || error.message;
}

/** Listen to the form; cells that are pasted into it open the import. */
export function startAdding(base, openImport) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const item = read();
    if (item.batch_id && !batchIdOf(form.elements.batch_id.value.trim())) {
      say(_("Choose a batch of the list, or leave it empty."));
      form.elements.batch_id.focus();
      return;
    }
    if (!item.item_number) {
      say(_("Give the item a number."));
      form.elements.item_number.focus();
      return;
    }
    try {
      const { items } = await api("POST", base, { items: [item] });
      append(items);
      form.reset();
      say("");
      form.elements.item_number.value = following(item.item_number);
      form.elements.title.focus();
    } catch (error) {
      say(wordsOf(error));
    }
  });
  form.elements.batch_id?.addEventListener("change", () => {
    const title = form.elements.title;
    if (!title.value.trim()) title.value = productOf(form.elements.batch_id.value.trim());
  });
  form.addEventListener("paste", (event) => {
    const text = event.clipboardData.getData("text");
    if (!/[\t\n]/.test(text.trim())) return;
    event.preventDefault();
    openImport(text);
  });
}
