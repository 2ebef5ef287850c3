/** The batches that an item can come from, as the list on the page names them. */
const options = () => [...document.querySelectorAll("#batches option")];

/** The id of the batch with this name, or null. */
export const batchIdOf = (label) => options().find((one) => one.value === label)?.dataset.id ?? null;

/** The name of a batch; empty for none. */
export const batchLabel = (id) => options().find((one) => one.dataset.id === id)?.value ?? "";

/** What the product of the batch with this name is called. */
export const productOf = (label) => options().find((one) => one.value === label)?.dataset.product ?? "";
