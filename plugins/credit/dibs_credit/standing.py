"""How a customer stands: a table of sums, nothing else."""

from __future__ import annotations

from decimal import Decimal

from dibs import CreditRequest, CreditStanding, CreditState
from dibs.money import rounded
from dibs_credit.settings import CreditSettings


def standing_of(request: CreditRequest, credited: Decimal, settings: CreditSettings) -> CreditStanding:
    """How a customer stands who has `credited` on the ledger: what they paid, less what was put on their account."""
    balance = rounded(request.open_orders - credited)
    used = balance + request.draft.to_purchase + request.adding
    return CreditStanding(
        state=state_of(request.limit, used, settings),
        limit=request.limit,
        balance=balance,
        draft=request.draft,
        adding=request.adding,
        available=None if request.limit is None else rounded(request.limit - used),
        may_override=settings.over_limit == "override",
    )


def state_of(limit: Decimal | None, used: Decimal, settings: CreditSettings) -> CreditState:
    """`approaching` from the set part of the limit, and at a limit of 0 that nothing is owed on."""
    if limit is None:
        return "unlimited"
    if used > limit:
        return "exceeded"
    return "approaching" if used * 100 >= limit * settings.approaching_percent else "fine"
