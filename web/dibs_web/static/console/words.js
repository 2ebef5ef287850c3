/** Stable codes into words. A code that is not known here is shown as it is. */

const REASONS = {
  question: "reads like a question",
  negation: "says no",
  hearsay: "talks about someone else",
  price: "has a price in it",
  time: "has a time in it",
  phone_number: "has a phone number in it",
  no_claim_word: "has no claim word",
  no_code: "names no item",
  no_parser: "no parser could read it",
  ambiguous: "can be read in two ways",
  conditional: "has a condition",
  low_confidence: "not sure enough",
  no_such_item: "no such item yet",
  variant_missing: "does not say which variant",
  variant_unknown: "there is no such variant",
  already_claimed: "has this item already",
  buyer_limit: "over the limit for one buyer",
  quantity_limit: "more than one claim may ask for",
  nothing_to_pass: "has nothing to give back",
  lowered: "lowered by a later claim",
  awarded: "awarded by an operator instead",
  declined_by_operator: "declined by an operator",
  policy_failed: "the allocation rule failed",
  no_policy: "no allocation rule is switched on",
  parser_failed: "the parser failed on it",
  paused: "show was paused",
  not_started: "show had not started",
  ended: "show was over",
  no_author: "author is hidden",
  from_seller: "from the seller",
};

const RULES = {
  word_number: "claim word, then number",
  number_word: "number, then claim word",
  glued: "claim word and number in one",
  word_on_number: "claim word “on” number",
  hash: "number sign",
  bare_number: "number alone",
  pinned: "claim word for the item on now",
  award: "awarded by an operator",
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
