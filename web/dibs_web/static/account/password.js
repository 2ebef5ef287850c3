/** How long the password is, said while it is typed. Length is what counts; nothing else is judged. */
import { _, ngettext } from "../lib/i18n.js";

const GOOD = 16;

for (const input of document.querySelectorAll("input[data-strength]")) watch(input, Number(input.dataset.strength));

function watch(input, low) {
  const box = document.createElement("div");
  const bar = Object.assign(document.createElement("meter"), { min: 0, max: GOOD, low, high: GOOD - 1, optimum: GOOD });
  const words = Object.assign(document.createElement("p"), { className: "hint" });
  bar.setAttribute("aria-hidden", "true");
  words.setAttribute("role", "status");
  box.className = "strength";
  box.hidden = true;
  box.append(bar, words);
  input.after(box);
  input.addEventListener("input", () => {
    const length = [...input.value].length;
    box.hidden = length === 0;
    bar.value = Math.min(length, GOOD);
    words.textContent = judge(length, low);
  });
}

function judge(length, low) {
  if (length < low) return ngettext("{n} more character is needed.", "{n} more characters are needed.", low - length);
  if (length < GOOD) return _("Long enough. A longer one is safer.");
  return _("Good: that is long.");
}
