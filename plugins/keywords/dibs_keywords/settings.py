"""What a workspace or a show may set for this parser."""

from __future__ import annotations

from typing import Literal

import attrs

from dibs import setting_words

CfNumber = Literal["item", "queue", "ask"]
Holds = Literal["ignore", "review", "claim"]
PlainNumber = Literal["item", "quantity"]


@attrs.frozen
class KeywordsSettings:
    """Settings of the claim parser. Nothing here needs to be set for a show that uses words and codes.

    Attributes:
        bare_codes: a comment that is only a code of the show (`A1`, `A1 2`) claims it. None: as the show's locale
            packs say (`vi` says yes for codes with a letter).
        plus_claims: `A1+1` claims anywhere in a comment. None: as the locale packs say (`zh-Hant` says yes). Where
            nobody says yes, `A1+1` claims only when it is the whole comment. False switches the form off.
        cf_number: what `cf1` means: item 1, a place in the queue for the pinned item, or ask the operator.
        hold_words: further words that ask for a hold (`keep`, `F`), beside those of the locale packs.
        holds: what a hold word does: nothing, review (default), or a plain claim.
        plain_number: what the number after a claim word is in a show about one pinned item: an item number, or how
            many (`SOLD 10 blue`).
        max_code_length: a number with more digits than this that is no code of the show goes to review.
    """

    bare_codes: bool | None = attrs.field(
        default=None,
        metadata=setting_words(
            "A number alone claims",
            "Whether “A1” or “A1 2” claims without any word.",
            none="as is usual in the languages of the viewers",
            true="yes",
            false="no",
        ),
    )
    plus_claims: bool | None = attrs.field(
        default=None,
        metadata=setting_words(
            "“A1+1” claims",
            "Where it is not usual, it claims only as the whole comment.",
            none="as is usual in the languages of the viewers",
            true="anywhere in a comment",
            false="never",
        ),
    )
    cf_number: CfNumber = attrs.field(
        default="ask",
        metadata=setting_words(
            "What “cf1” means",
            "Sellers use it in different ways.",
            item="item number 1",
            queue="the first place in the queue for the item that is on now",
            ask="ask an operator",
        ),
    )
    hold_words: tuple[str, ...] = attrs.field(
        default=(),
        metadata=setting_words(
            "More words that ask to keep an item", "One on each line, such as “keep” or “F”, beside the usual ones."
        ),
    )
    holds: Holds = attrs.field(
        default="review",
        metadata=setting_words(
            "What “keep 12” does",
            "A viewer asks to have an item kept and decides later.",
            ignore="nothing",
            review="asks an operator",
            claim="claims the item",
        ),
    )
    plain_number: PlainNumber = attrs.field(
        default="item",
        metadata=setting_words(
            "The number behind a claim word",
            "In a show about one item that is on all the time, “sold 10” may be how many.",
            item="is an item number",
            quantity="is how many of the item that is on now",
        ),
    )
    max_code_length: int = attrs.field(
        default=6,
        validator=[attrs.validators.ge(1), attrs.validators.le(12)],
        metadata=setting_words(
            "Longest item number", "A longer number that is no item of the show needs a look, as it may be a telephone."
        ),
    )
