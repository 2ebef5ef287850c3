/** The items of a show's set-up: adding, changing in place, ordering, deleting, and lists from a spreadsheet. */
import { openImport, startImport } from "./importing.js";
import { startAdding } from "./adding.js";
import { startOrdering } from "./ordering.js";
import { startRows } from "./rows.js";

const showId = document.getElementById("setup").dataset.show;
const base = `/api/shows/${showId}/items`;

startRows(base);
startOrdering(base);
startAdding(base, openImport);
startImport(base);
