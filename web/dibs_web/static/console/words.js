/** Stable codes into words. A code that is not known here is shown as it is. */
import { _ } from "../lib/i18n.js";

const REASONS = {
  // what a parser saw
  code_too_long: _("longer than any item number"),
  date: _("names a date"),
  decimal: _("has a decimal number"),
  empty: _("nothing to read"),
  hearsay: _("talks about someone else"),
  hold: _("asks to keep it for later"),
  low_confidence: _("not sure enough"),
  negation: _("says no, or what did not happen"),
  no_claim_word: _("has no claim word"),
  no_code: _("names no item"),
  percent: _("names a percentage"),
  phone_number: _("has a phone number in it"),
  price: _("has a price in it"),
  quantity_before_word: _("item or quantity?"),
  quantity_too_large: _("more units than one comment may claim"),
  question: _("reads like a question"),
  range: _("names a range of items"),
  reduce: _("asks for fewer"),
  report: _("tells about someone else or the past"),
  seller_rule: _("states a rule of the sale"),
  size: _("the number is a size or counts something else"),
  time: _("has a time in it"),
  too_long: _("longer than a claim would be"),
  two_meanings: _("can be read in two ways"),
  unclear: _("word and number may not belong together"),
  variant_unclear: _("names more than one variant"),
  // what the lane decided
  already_claimed: _("has this item already"),
  awarded: _("awarded by an operator instead"),
  comment_deleted: _("the comment was deleted"),
  comment_edited: _("the comment was changed"),
  buyer_blocked: _("buyer is blocked from claiming"),
  buyer_limit: _("over the limit for one buyer"),
  declined_by_operator: _("declined by an operator"),
  ended: _("show was over"),
  from_seller: _("from the seller"),
  lowered: _("lowered by a later claim"),
  no_author: _("author is hidden"),
  no_parser: _("no parser could read it"),
  no_policy: _("no allocation rule is switched on"),
  no_such_item: _("no such item yet"),
  not_started: _("show had not started"),
  nothing_to_pass: _("has nothing to give back"),
  over_credit: _("costs more than the customer may still owe"),
  ordered: _("is in an order already"),
  parser_failed: _("the parser failed on it"),
  paused: _("show was paused"),
  policy_failed: _("the allocation rule failed"),
  quantity_limit: _("more than one claim may ask for"),
  variant_missing: _("does not say which variant"),
  variant_unknown: _("there is no such variant"),
};

const RULES = {
  award: _("awarded by an operator"),
  bare_code: _("number alone"),
  bare_codes: _("numbers alone"),
  glued: _("word and number in one"),
  number_word: _("number, then word"),
  pass_last: _("pass word alone: the last claim"),
  pinned: _("claim word for the item on now"),
  pinned_description: _("claim word and description of the item on now"),
  pinned_next: _("claim word for the item on now"),
  plus: _("plus sign and number"),
  withdraw: _("takes an earlier claim back"),
  word_hash_number: _("word, number sign, number"),
  word_number: _("word, then number"),
  word_on_number: _("word “on” number"),
  word_quantity_number: _("word, quantity, number"),
};

const CLAIM_STATUS = {
  winner: _("won"),
  waitlist: _("waits"),
  unmatched: _("no such item"),
  review: _("needs a look"),
  released: _("released"),
  passed: _("passed"),
  declined: _("declined"),
};

const ITEM_STATUS = { open: _("open"), low: _("nearly gone"), sold_out: _("sold out") };

const SHOW_STATUS = { draft: _("Not started"), active: _("Live"), paused: _("Paused"), ended: _("Ended") };

const VERDICTS = {
  claim: _("claim"),
  pass: _("pass"),
  review: _("needs a look"),
  ignored: _("no claim"),
  stored: _("kept, not counted"),
  quarantined: _("could not be read"),
};

const STREAM_STATES = {
  idle: _("ready"), waiting: _("waits for the broadcast"), choose: _("which broadcast?"), listening: _("listens"),
  quiet: _("nobody comments"), trouble: _("trouble"), ended: _("ended"),
};

const STREAM_HELP = {
  token: _("Connect the account again; the show then goes on where it was."),
  removed: _("The access was taken back at the platform. Connect the account again."),
  login: _("Sign in at the platform and do what it asks there, then connect the account again."),
  permission: _("Connect the account again and allow everything that is asked for."),
  disconnected: _("Connect the account again; the show then goes on where it was."),
  gone: _("Look whether the broadcast still runs, or choose another one. It is tried again each minute."),
  request: _("It is tried again each minute. If it goes on, remove the stream and add it anew."),
  configuration: _("Whoever runs this server has to put its settings for the platform right."),
  unsupported: _("Paste the address of the broadcast, or hand comments in over the API."),
  try_again: _("Nothing has to be done: it is tried again by itself."),
  silent: _("Nothing has to be done: it was started anew."),
  crash: _("It is tried again by itself. If it goes on, tell whoever runs this server."),
  plugin_off: _("Switch the plugin on under Plugins."),
  taken: _("End the other show, or say in the set-up that both may hear it."),
};

const look = (map, code) => (code == null ? "" : (map[code] ?? code));

export const reasonWords = (code) => look(REASONS, code);
export const ruleWords = (code) => look(RULES, code);
export const claimStatusWords = (code) => look(CLAIM_STATUS, code);
export const itemStatusWords = (code) => look(ITEM_STATUS, code);
export const showStatusWords = (code) => look(SHOW_STATUS, code);
export const streamStateWords = (code) => look(STREAM_STATES, code);
export const streamHelp = (code) => STREAM_HELP[code] ?? _("Try again. If it goes on, remove the stream and add it anew.");
export const verdictWords = (code) => look(VERDICTS, code);

/** What an event of a claim means in a sentence, for its chip's description. */
export function claimSentence(claim) {
  const parts = [claimStatusWords(claim.status)];
  if (claim.status === "waitlist" && claim.waitlist_position) parts.push(_("number {n} in line", { n: claim.waitlist_position }));
  if (claim.reason) parts.push(reasonWords(claim.reason));
  if (claim.rule) parts.push(_("matched by: {rule}", { rule: ruleWords(claim.rule) }));
  return parts.join(" – ");
}
