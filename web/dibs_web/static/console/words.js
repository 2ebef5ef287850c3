/** Stable codes into words. A code that is not known here is shown as it is. */

const REASONS = {
  // what a parser saw
  code_too_long: "longer than any item number",
  date: "names a date",
  decimal: "has a decimal number",
  empty: "nothing to read",
  hearsay: "talks about someone else",
  hold: "asks to keep it for later",
  low_confidence: "not sure enough",
  negation: "says no, or what did not happen",
  no_claim_word: "has no claim word",
  no_code: "names no item",
  percent: "names a percentage",
  phone_number: "has a phone number in it",
  price: "has a price in it",
  quantity_before_word: "item or quantity?",
  quantity_too_large: "more than one comment may claim",
  question: "reads like a question",
  range: "names a range of items",
  reduce: "asks for fewer",
  report: "tells about someone else or the past",
  seller_rule: "states a rule of the sale",
  size: "the number is a size or counts something else",
  time: "has a time in it",
  too_long: "longer than a claim would be",
  two_meanings: "can be read in two ways",
  unclear: "word and number may not belong together",
  variant_unclear: "names more than one variant",
  // what the lane decided
  already_claimed: "has this item already",
  awarded: "awarded by an operator instead",
  buyer_limit: "over the limit for one buyer",
  declined_by_operator: "declined by an operator",
  ended: "show was over",
  from_seller: "from the seller",
  lowered: "lowered by a later claim",
  no_author: "author is hidden",
  no_parser: "no parser could read it",
  no_policy: "no allocation rule is switched on",
  no_such_item: "no such item yet",
  not_started: "show had not started",
  nothing_to_pass: "has nothing to give back",
  parser_failed: "the parser failed on it",
  paused: "show was paused",
  policy_failed: "the allocation rule failed",
  quantity_limit: "more than one claim may ask for",
  variant_missing: "does not say which variant",
  variant_unknown: "there is no such variant",
};

const RULES = {
  award: "awarded by an operator",
  bare_code: "number alone",
  bare_codes: "numbers alone",
  glued: "word and number in one",
  number_word: "number, then word",
  pass_last: "pass word alone: the last claim",
  pinned: "claim word for the item on now",
  pinned_description: "claim word and description of the item on now",
  pinned_next: "claim word for the item on now",
  plus: "plus sign and number",
  withdraw: "takes an earlier claim back",
  word_hash_number: "word, number sign, number",
  word_number: "word, then number",
  word_on_number: "word “on” number",
  word_quantity_number: "word, quantity, number",
};

const CLAIM_STATUS = {
  winner: "won",
  waitlist: "waits",
  unmatched: "no such item",
  review: "needs a look",
  released: "released",
  passed: "passed",
  declined: "declined",
};

const ITEM_STATUS = { open: "open", low: "nearly gone", sold_out: "sold out" };

const SHOW_STATUS = { draft: "Not started", active: "Live", paused: "Paused", ended: "Ended" };

const VERDICTS = {
  claim: "claim",
  pass: "pass",
  review: "needs a look",
  ignored: "no claim",
  stored: "kept, not counted",
  quarantined: "could not be read",
};

const look = (map, code) => (code == null ? "" : (map[code] ?? code));

export const reasonWords = (code) => look(REASONS, code);
export const ruleWords = (code) => look(RULES, code);
export const claimStatusWords = (code) => look(CLAIM_STATUS, code);
export const itemStatusWords = (code) => look(ITEM_STATUS, code);
export const showStatusWords = (code) => look(SHOW_STATUS, code);
export const verdictWords = (code) => look(VERDICTS, code);

/** What an event of a claim means in a sentence, for its chip's description. */
export function claimSentence(claim) {
  const parts = [claimStatusWords(claim.status)];
  if (claim.status === "waitlist" && claim.waitlist_position) parts.push(`number ${claim.waitlist_position} in line`);
  if (claim.reason) parts.push(reasonWords(claim.reason));
  if (claim.rule) parts.push(`matched by: ${ruleWords(claim.rule)}`);
  return parts.join(" – ");
}
