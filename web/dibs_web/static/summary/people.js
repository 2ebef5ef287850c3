/** The list of who gets what, with the text for each buyer: searched, copied one by one or all together. */
import { api } from "../lib/api.js";
import { _, language, ngettext } from "../lib/i18n.js";
import { toast } from "../lib/toast.js";
import { itemWords, message, usual } from "./message.js";

const PAGE = 500;
const SHOWN = 40;
const part = document.getElementById("people");
const byId = (id) => document.getElementById(id);
const key = `dibs-message:${part.dataset.workspace}`;

const remembered = () => {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
};
const remember = (text) => {
  try {
    if (text) localStorage.setItem(key, text);
    else localStorage.removeItem(key);
  } catch {
    // a browser without storage goes without
  }
};

const coins = new Intl.NumberFormat(language, { style: "currency", currency: part.dataset.currency });
const about = { show: part.dataset.title, money: (amount) => coins.format(Number(amount)) };
let rows = [], most = SHOWN, loading = null;

const make = (tag, given = {}, ...inner) => {
  const box = Object.assign(document.createElement(tag), given);
  box.append(...inner);
  return box;
};

const text = (row) => message(byId("template").value, row, about);
const winners = () => rows.filter((row) => row.quantity > 0);

function chosen() {
  const words = byId("people-search").value.trim().toLowerCase();
  const all = winners();
  return words ? all.filter((row) => `${row.handle} ${row.lines.map(itemWords).join(" ")}`.toLowerCase().includes(words)) : all;
}

function line(row) {
  const head = make("div", { className: "person-head" },
    make("a", { href: `/buyers/${row.buyer_id}`, className: "person-name" }, make("bdi", { className: "handle", textContent: row.handle || _("no name") })),
    ...(row.blocked ? [make("span", { className: "badge badge-bad", textContent: _("Blocked") })] : []),
    ...(row.waitlist ? [make("span", { className: "badge badge-warn", textContent: ngettext("waits for {n} more", "waits for {n} more", row.waiting_units) })] : []),
    ...(row.unpriced ? [make("span", { className: "badge", textContent: ngettext("{n} unit without a price", "{n} units without a price", row.unpriced) })] : []),
    make("b", { className: "person-total", textContent: row.unpriced === row.quantity ? ngettext("{n} unit", "{n} units", row.quantity) : about.money(row.total) }));
  const button = make("button", { type: "button", className: "small copy", textContent: _("Copy") });
  button.dataset.copy = text(row);
  button.setAttribute("aria-label", _("Copy the text for {handle}", { handle: row.handle }));
  const acts = make("div", { className: "person-acts" }, ...("orders" in part.dataset ? [orderButton(row)] : []), button);
  return make("li", { className: "person" }, head, make("p", { className: "person-text", textContent: text(row) }), acts);
}

/** Makes the order of a buyer and goes to it; of somebody who has one of all they won, goes to that. */
function orderButton(row) {
  const button = make("button", { type: "button", className: "small", textContent: _("Order") });
  button.setAttribute("aria-label", _("Make the order of {handle}", { handle: row.handle }));
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      const made = await api("POST", `/api/shows/${part.dataset.show}/orders/${row.buyer_id}`);
      location.assign(`/orders/${made.order_id}`);
    } catch (error) {
      button.disabled = false;
      toast(error.message, { bad: true });
    }
  });
  return button;
}

function note() {
  if (rows.length === 0) return _("Nobody has won anything yet. Each buyer appears here with a text to send.");
  return chosen().length === 0 ? _("No buyer here matches. Search by a name or by an item.") : "";
}

function show() {
  const found = chosen(), words = note();
  byId("people-list").replaceChildren(...found.slice(0, most).map(line));
  byId("people-list").setAttribute("aria-busy", "false");
  byId("people-note").replaceChildren(...(words ? [make("p", { className: "hint", textContent: words })] : []));
  byId("people-count").textContent = ngettext("{n} buyer", "{n} buyers", found.length);
  byId("people-more").hidden = found.length <= most;
  byId("copy-all").disabled = found.length === 0;
  byId("copy-all").dataset.copy = found.map(text).join("\n\n");
}

function failed(error) {
  byId("people-list").setAttribute("aria-busy", "false");
  const again = make("button", { type: "button", textContent: _("Try again") });
  again.addEventListener("click", loadPeople);
  byId("people-note").replaceChildren(make("div", { className: "notice notice-bad" }, make("p", { textContent: _("The buyers could not be read: {problem}", { problem: error.message }) }), again));
}

async function read() {
  const found = [];
  let cursor = "";
  do {
    const page = await api("GET", `/api/shows/${part.dataset.show}/buyers?limit=${PAGE}${cursor}`);
    found.push(...page.buyers);
    cursor = page.next ? `&cursor=${page.next}` : "";
  } while (cursor);
  return found;
}

/** Read the list anew; one reading at a time. */
export function loadPeople() {
  loading ??= read().then((found) => {
    rows = found;
    show();
  }, failed).finally(() => {
    loading = null;
  });
  return loading;
}

/** Whether somebody is in the middle of the list, which then stays as it is. */
export const inUse = () => byId("people-list").contains(document.activeElement);

/** Put the text, the search and the buttons to work. */
export function startPeople() {
  const template = byId("template");
  template.value = remembered() ?? usual();
  template.addEventListener("input", () => {
    remember(template.value === usual() ? "" : template.value);
    show();
  });
  byId("template-reset").addEventListener("click", () => {
    template.value = usual();
    remember("");
    show();
  });
  byId("people-search").addEventListener("input", () => {
    most = SHOWN;
    show();
  });
  byId("people-more").addEventListener("click", () => {
    most += SHOWN;
    show();
  });
  return loadPeople();
}

/** For paper: everybody, not only the first. */
export function showEverybody() {
  most = Infinity;
  show();
}
