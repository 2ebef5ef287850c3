"""Comments as they arrive, and what a parser reads in them."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import attrs

ActKind = Literal["claim", "pass"]


@attrs.frozen
class Author:
    """A platform identity: the platform's user id and the name it shows. Never merged by name."""

    user_id: str
    name: str = ""


@attrs.frozen
class IncomingComment:
    """A comment as a platform adapter hands it over, kept as received.

    Attributes:
        platform: `facebook`, `instagram`, or any adapter's own name.
        text: what the viewer wrote, unchanged.
        posted_at: the platform's time of the comment, timezone-aware.
        comment_id: the platform's id, None where the platform gives none.
        author: None where the platform hides the author; such a comment never claims by itself.
        live_id: the platform's id of the broadcast.
        from_seller: written by the Page or account that sells; never claims.
    """

    platform: str
    text: str
    posted_at: datetime
    comment_id: str | None = None
    author: Author | None = None
    live_id: str = ""
    from_seller: bool = False


@attrs.frozen
class Intent:
    """One act that a parser read in a comment.

    Attributes:
        kind: `claim` or `pass`.
        item_number: the code as the show has it, or as the viewer wrote it if the show has no such item;
            None for a pass without a code (the buyer's last claim, or the pinned item).
        variant: the variant as the item has it, or None.
        quantity: units asked for, at least 1.
        rule: stable name of the rule that matched, such as `word_number`.
        confidence: 0 to 1; at 0.5 and above the act is carried out, below it goes to review.
    """

    kind: ActKind
    item_number: str | None
    quantity: int = 1
    variant: str | None = None
    rule: str = ""
    confidence: float = 1.0


@attrs.frozen
class Reading:
    """What a parser makes of one comment.

    `acts` in the order of the text. `review` asks an operator to decide (the acts are then what the comment would
    do if accepted). `reason` is a stable code such as `question`, `negation`, `phone_number`, `no_claim_word`; it is
    given whenever nothing is carried out, and shown to the operator.
    """

    acts: tuple[Intent, ...] = ()
    review: bool = False
    reason: str | None = None
