"""What became of a comment, in words: the codes of verdicts, rules and reasons that the claim lane and parsers give."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from dibs_web.i18n import N_, ngettext, translate

VERDICTS: Final[Mapping[str, str]] = {
    "claim": N_("Claims"),
    "pass": N_("Gives back"),
    "review": N_("Needs a look"),
    "ignored": N_("No claim"),
    "quarantined": N_("Could not be read"),
}
REASONS: Final[Mapping[str, str]] = {
    "code_too_long": N_("The number is longer than any item number."),
    "date": N_("It names a date, not an item."),
    "decimal": N_("It has a decimal number, which is no item number."),
    "empty": N_("There is nothing to read in it."),
    "from_seller": N_("The seller wrote it; the seller’s own comments never claim."),
    "hold": N_("It asks to keep an item for later, which is not a purchase yet."),
    "low_confidence": N_("It is not sure enough that this is a claim."),
    "negation": N_("It says no, or what did not happen."),
    "no_claim_word": N_("It has no claim or pass word."),
    "no_code": N_("It has a claim or pass word but no item number, and nothing may be claimed without one."),
    "no_parser": N_("No plugin that is switched on reads comments."),
    "over_credit": N_("It costs more than the customer may still owe."),
    "parser_failed": N_("The plugin that reads comments failed on it."),
    "percent": N_("It names a percentage, not an item."),
    "phone_number": N_("The number is a telephone number."),
    "price": N_("It names a price."),
    "quantity_before_word": N_("A number before the claim word and one behind it: item or quantity?"),
    "quantity_too_large": N_("It asks for more units than one comment may claim."),
    "question": N_("It is a question."),
    "range": N_("It names a range of items; each has to be claimed by its number."),
    "reduce": N_("It asks for fewer of an item."),
    "report": N_("It tells about somebody else or about the past."),
    "seller_rule": N_("It states a rule of the sale, such as “no cancelling”."),
    "size": N_("The number is a size or counts something else."),
    "time": N_("It names a time."),
    "too_long": N_("It is longer than a claim would be."),
    "two_meanings": N_("A number or word in it means two things."),
    "unclear": N_("The claim word and the item number do not clearly belong together."),
    "unmatched": N_("No item has this number yet. The claim waits for one."),
    "variant_missing": N_("It does not say which variant."),
    "variant_unclear": N_("It names more than one variant of the item."),
    "variant_unknown": N_("The item has no such variant."),
}
RULES: Final[Mapping[str, str]] = {
    "bare_code": N_("the number alone"),
    "doubtful": N_("the most likely meaning"),
    "glued": N_("word and number in one"),
    "list": N_("one of several numbers"),
    "number_word": N_("number, then word"),
    "pass_last": N_("pass word alone: the last claim"),
    "pinned": N_("claim word for the item that is on now"),
    "pinned_description": N_("claim word and description of the item that is on now"),
    "pinned_next": N_("claim word for the item that is on now"),
    "pinned_quantity": N_("claim word and quantity for the item that is on now"),
    "plus": N_("plus sign and quantity"),
    "withdraw": N_("takes an earlier claim back"),
    "word_hash_number": N_("word, number sign, number"),
    "word_number": N_("word, then number"),
    "word_on_number": N_("word “on” or “number”, then the number"),
    "word_quantity_number": N_("word, quantity, number"),
}


def verdict_words(code: str) -> str:
    """A verdict; a code that is not known here is shown as it is."""
    return translate(VERDICTS.get(code, code))


def reason_words(code: str | None) -> str:
    """Why a comment is not carried out, as a sentence."""
    return translate(REASONS.get(code, code)) if code else ""


def rule_words(code: str) -> str:
    """What in a comment matched."""
    return translate(RULES.get(code, code))


def sum_words(verdict: str, number: int) -> str:
    """How many comments of a verdict there are."""
    if verdict == "claim":
        return ngettext("%(num)s claims", "%(num)s claim", number)
    if verdict == "pass":
        return ngettext("%(num)s gives back", "%(num)s give back", number)
    if verdict == "review":
        return ngettext("%(num)s needs a look", "%(num)s need a look", number)
    if verdict == "ignored":
        return ngettext("%(num)s does nothing", "%(num)s do nothing", number)
    return ngettext("%(num)s could not be read", "%(num)s could not be read", number)
