/** Small helpers of the pages about the workspace: lists to search in, examples to add, choices that act at once. */

/* A long list of choices gets a field to search in; what is chosen always stays to be seen. */
for (const box of document.querySelectorAll("[data-filtered]")) {
  const search = box.querySelector("[data-filter]");
  search.hidden = false;
  search.addEventListener("input", (event) => {
    event.stopPropagation();
    const wanted = search.value.trim().toLowerCase();
    for (const row of box.querySelectorAll("[data-words]")) {
      row.hidden = !row.dataset.words.toLowerCase().includes(wanted) && !row.querySelector(":checked");
    }
  });
  search.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
}

/* Examples go to the end of the comments. */
for (const button of document.querySelectorAll("[data-adds]")) {
  button.addEventListener("click", () => {
    const box = document.querySelector("#field-text");
    box.value = [box.value.replace(/\n+$/, ""), button.dataset.adds].filter(Boolean).join("\n");
    box.dispatchEvent(new Event("input", { bubbles: true }));
    box.scrollTop = box.scrollHeight;
  });
}

/* What was typed outlives the choice of another show. */
const kept = document.querySelector("form[data-keeps]");
if (kept) {
  const box = kept.elements.text;
  const key = `dibs:${kept.dataset.keeps}`;
  const before = sessionStorage.getItem(key);
  if (before) box.value = before;
  box.addEventListener("input", () => sessionStorage.setItem(key, box.value));
}

/* A choice that needs no button. */
for (const form of document.querySelectorAll("form[data-submits]")) {
  form.querySelector("[data-submit]").hidden = true;
  form.addEventListener("change", () => form.requestSubmit());
}
