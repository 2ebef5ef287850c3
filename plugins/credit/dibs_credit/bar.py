"""The credit bar: what a limit is used up by, as lengths of a picture."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

import attrs

from dibs import CreditStanding
from dibs_credit.settings import N_

WIDTH: Final = 1000
PARTS: Final = (
    ("balance", N_("Owed")),
    ("to_purchase", N_("In the cart, to buy")),
    ("interested", N_("In the cart, interested")),
    ("samples", N_("Samples")),
)
_NOTHING = Decimal(0)


@attrs.frozen
class Piece:
    """A stretch of the bar, from 0 to `WIDTH`; `words` is what it stands for, in English."""

    kind: str
    words: str
    amount: Decimal
    start: int
    length: int


@attrs.frozen
class Bar:
    """The stretches, one behind the other, and where the limit is; None without one."""

    pieces: tuple[Piece, ...]
    limit_at: int | None


def bar_of(standing: CreditStanding) -> Bar:
    """The bar of a customer; its whole width is the limit, or all that there is if that is more."""
    draft = standing.draft
    amounts = (standing.balance, draft.to_purchase, draft.interested, draft.samples)
    whole = max(sum((max(one, _NOTHING) for one in amounts), _NOTHING), standing.limit or _NOTHING)
    pieces, start = [], _NOTHING
    for (kind, words), amount in zip(PARTS, amounts, strict=True):
        shown = max(amount, _NOTHING)
        first, last = _place(start, whole), _place(start + shown, whole)
        pieces.append(Piece(kind, words, amount, first, last - first))
        start += shown
    return Bar(tuple(pieces), None if standing.limit is None else _place(standing.limit, whole))


def _place(amount: Decimal, whole: Decimal) -> int:
    return int(amount * WIDTH // whole) if whole else 0
