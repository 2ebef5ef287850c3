/** The texts of the scripts in the reader's language. English is the source; `{name}` is filled in. */

const given = globalThis.dibsMessages ?? {};
const messages = given.messages ?? {};
const pluralOf = given.plural ?? ((number) => Number(number !== 1));

/** The language of the page. */
export const language = document.documentElement.lang || "en";

const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));

/** A text, translated and filled in: `_("Released {item}", { item })`. */
export function _(text, values = {}) {
  return fill(messages[text] ?? text, values);
}

/** The form for a number, which is `{n}`: `ngettext("{n} claim", "{n} claims", count)`. */
export function ngettext(one, many, number, values = {}) {
  const forms = messages[one] ?? [one, many];
  const index = messages[one] ? pluralOf(number) : Number(number !== 1);
  return fill(forms[Math.min(index, forms.length - 1)], { n: formatNumber(number), ...values });
}

const numbers = new Intl.NumberFormat(language);

/** A number with the separators of the language. */
export function formatNumber(number) {
  return numbers.format(number);
}
