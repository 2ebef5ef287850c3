/** What a buyer is told: a text with places to fill in. */
import { _ } from "../lib/i18n.js";

/** The text that stands there until somebody writes another. */
export const usual = () => _("Hi {handle}! Thank you for shopping with us. You have: {items}. Total: {total}");

/** One item as words: `2 × 12 Dress (red)`. */
export function itemWords(line) {
  const name = [line.item_number, line.title].filter(Boolean).join(" ");
  return `${line.quantity} × ${name}${line.variant ? ` (${line.variant})` : ""}`;
}

/** The template filled in for one row of the roll-up. What is in braces and unknown stays as it is. */
export function message(template, row, { show, money }) {
  const words = row.lines.map(itemWords);
  const values = {
    handle: row.handle,
    items: words.join(", "),
    list: words.map((word) => `- ${word}`).join("\n"),
    quantity: String(row.quantity),
    total: row.unpriced === row.quantity ? "–" : money(row.total),
    show,
  };
  return template.replace(/\{(\w+)\}/g, (whole, name) => (Object.hasOwn(values, name) ? values[name] : whole));
}
