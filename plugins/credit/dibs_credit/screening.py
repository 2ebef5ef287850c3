"""Claims in public shows that a customer's credit does not cover."""

from __future__ import annotations

from typing import Final

from dibs import Allocation, ClaimRequest

OVER_CREDIT: Final = "over_credit"


def objection(request: ClaimRequest) -> Allocation | None:
    """Have an operator look at a claim that costs more than its buyer may still owe."""
    credit = request.credit
    if credit is None:
        return None
    amount = request.amount
    if amount is None or amount <= credit:
        return None
    return Allocation(refuse="review", reason=OVER_CREDIT)
