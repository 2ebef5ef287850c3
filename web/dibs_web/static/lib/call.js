/** Buttons that call the API: `data-call="DELETE /api/…"`, then go to `data-then` and say `data-said` there.
 * `{id}` in `data-then` is filled in from the answer. */
import { api } from "./api.js";
import { sayOnNextPage, toast } from "./toast.js";

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-call]");
  if (!button || button.disabled) return;
  const [method, path] = button.dataset.call.split(" ");
  button.disabled = true;
  try {
    const answer = await api(method, path, method === "POST" ? {} : undefined);
    if (button.dataset.said) sayOnNextPage(button.dataset.said);
    location.assign(button.dataset.then.replace("{id}", answer.id ?? ""));
  } catch (error) {
    button.disabled = false;
    button.closest("dialog")?.close();
    toast(error.message, { bad: true });
  }
});
