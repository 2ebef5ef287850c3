"""What a workspace or a show may set for this parser."""

from __future__ import annotations

from typing import Literal

import attrs

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

    bare_codes: bool | None = None
    plus_claims: bool | None = None
    cf_number: CfNumber = "ask"
    hold_words: tuple[str, ...] = ()
    holds: Holds = "review"
    plain_number: PlainNumber = "item"
    max_code_length: int = attrs.field(default=6, validator=[attrs.validators.ge(1), attrs.validators.le(12)])
