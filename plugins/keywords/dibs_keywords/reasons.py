"""Why a comment was not carried out: stable codes, and the sentence that an operator reads."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

REASONS: Mapping[str, str] = MappingProxyType(
    {
        "code_too_long": "The number is longer than any item number.",
        "date": "It names a date, not an item.",
        "decimal": "It has a decimal number, which is no item number.",
        "empty": "There is nothing to read in it.",
        "from_seller": "The seller wrote it; the seller's own comments never claim.",
        "hold": "It asks to keep an item for later, which is not a purchase yet.",
        "negation": "It says no, or what did not happen.",
        "no_claim_word": "It has no claim or pass word.",
        "no_code": "It has a claim or pass word but no item number, and no pinned item may be claimed without one.",
        "percent": "It names a percentage, not an item.",
        "phone_number": "The number is a telephone number.",
        "price": "It names a price.",
        "quantity_before_word": "A number before the claim word and one behind it: item or quantity?",
        "quantity_too_large": "It asks for more units than one comment may claim.",
        "question": "It is a question.",
        "range": "It names a range of items; each has to be claimed by its number.",
        "reduce": "It asks for fewer of an item.",
        "report": "It tells about somebody else or about the past.",
        "seller_rule": "It states a rule of the sale, such as 'no cancelling'.",
        "size": "The number is a size or counts something else.",
        "time": "It names a time.",
        "too_long": "It is longer than a claim would be.",
        "two_meanings": "A number or word in it means two things.",
        "unclear": "The claim word and the item number do not clearly belong together.",
        "variant_unclear": "It names more than one variant of the item.",
    }
)
