/** Sending a purchase order in: dropped or chosen, then on to its page, where it is seen being read. */
import { api } from "/static/current/lib/api.js";
import { _ } from "/static/current/lib/i18n.js";

const MOST_BYTES = 20 * 1024 * 1024;
const form = document.getElementById("po-upload");
const input = document.getElementById("po-file");
const fault = document.getElementById("po-fault");
const button = document.getElementById("po-send");

async function send(file) {
  fault.textContent = "";
  if (!file) return;
  if (file.size > MOST_BYTES) {
    fault.textContent = _("The file is larger than 20 MB.");
    return;
  }
  button.disabled = true;
  const body = new FormData();
  body.append("file", file);
  try {
    const made = await api("POST", "/api/purchase-orders", body);
    location.assign(`/purchase-orders/${made.order_id}`);
  } catch (error) {
    fault.textContent = error.message;
    button.disabled = false;
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  send(input.files[0]);
});
input.addEventListener("change", () => send(input.files[0]));
for (const kind of ["dragover", "dragenter"]) {
  form.addEventListener(kind, (event) => {
    event.preventDefault();
    form.classList.add("is-over");
  });
}
form.addEventListener("dragleave", () => form.classList.remove("is-over"));
form.addEventListener("drop", (event) => {
  event.preventDefault();
  form.classList.remove("is-over");
  send(event.dataTransfer.files[0]);
});
