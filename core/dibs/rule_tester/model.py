"""What the rule tester takes and tells."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

import attrs

from dibs.models.comments import ActKind

Verdict = Literal["claim", "pass", "review", "ignored", "quarantined"]
Trouble = Literal["unmatched", "variant_missing", "variant_unknown"]


@attrs.frozen
class TriedItem:
    """An item as a rule test sees it; `id` and the figures are None for one that is only supposed."""

    item_number: str
    variant: str | None = None
    title: str = ""
    id: UUID | None = None
    total: int | None = None
    left: int | None = None


@attrs.frozen
class MatchedItem:
    """The item that an act is about.

    Attributes:
        left, total: units that nobody has won, of how many; None for an item that is only supposed.
        pinned: it is the one that is on now.
    """

    id: UUID | None
    item_number: str
    variant: str | None
    title: str
    left: int | None
    total: int | None
    pinned: bool


@attrs.frozen
class TriedAct:
    """One act in a comment.

    Attributes:
        item_number: None for a pass without one: the buyer's last claim is meant.
        rule: what matched.
        confidence: below 0.5 an operator is asked.
        item: the item that it is about, None if there is none.
        trouble: why there is none, though the comment names one.
    """

    kind: ActKind
    item_number: str | None
    variant: str | None
    quantity: int
    rule: str
    confidence: float
    item: MatchedItem | None
    trouble: Trouble | None


@attrs.frozen
class TriedComment:
    """What a comment would do.

    Attributes:
        verdict: `claim` or `pass` is carried out, `review` asks an operator, `ignored` does nothing, `quarantined`
            could not be read.
        acts: what it would do, in a review what it would do if accepted.
        reason: the code of the reason why nothing is carried out.
        problem: what a plugin that failed on it said.
    """

    text: str
    verdict: Verdict
    acts: list[TriedAct]
    reason: str | None
    problem: str | None = None
