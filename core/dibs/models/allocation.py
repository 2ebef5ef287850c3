"""What an allocation policy is asked and what it answers."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID

import attrs

from dibs.models.rules import ShowRules
from dibs.money import line_total

ClaimStatus = Literal["winner", "waitlist", "unmatched", "review", "released", "passed", "declined"]
ACTIVE: frozenset[str] = frozenset({"winner", "waitlist"})


@attrs.frozen
class UndecidedComment:
    """The keys by which a policy may order what is undecided: platform time, arrival number, the comment's id."""

    posted_at: datetime
    arrival: int
    comment_id: str
    buyer_id: UUID | None


@attrs.frozen
class ItemStock:
    """An item at the moment of the decision. `left` = `total` - `claimed`; `waiting` is the number of entries."""

    item_number: str
    variant: str | None
    total: int
    claimed: int
    waiting: int

    @property
    def left(self) -> int:
        """Units that nobody has won."""
        return self.total - self.claimed


@attrs.frozen
class BuyerStanding:
    """What the buyer has already: units won and waited for on this item, and in the whole show."""

    won: int = 0
    waiting: int = 0
    show_won: int = 0
    show_waiting: int = 0


@attrs.frozen
class ClaimRequest:
    """One claim to decide.

    Attributes:
        price: of one unit of the item; None if it has none.
        credit: what the customer that the buyer is linked to may still owe, less what they have won in this show and is
            in no order yet; below 0 if too much already. None without a limit, without a customer, or if no plugin
            answers `credit_left`.
    """

    buyer_id: UUID
    quantity: int
    posted_at: datetime
    item: ItemStock
    standing: BuyerStanding
    rules: ShowRules
    price: Decimal | None = None
    credit: Decimal | None = None

    @property
    def amount(self) -> Decimal | None:
        """What all of it costs; None without a price."""
        return None if self.price is None else line_total(self.price, self.quantity)


@attrs.frozen
class Allocation:
    """A policy's answer to one claim.

    Attributes:
        win: units won now; at most what is left.
        wait: units that wait, as one entry behind the others.
        give_back: units of the buyer's earlier stake in this item to give back first (repeat rule `set`).
        refuse: `declined` or `review` when nothing is allocated; then `win`, `wait` are 0.
        reason: stable code shown with the claim; required with `refuse`.
    """

    win: int = 0
    wait: int = 0
    give_back: int = 0
    refuse: Literal["declined", "review"] | None = None
    reason: str | None = None
