"""When a claim gets nothing, and how much a buyer may still have."""

from __future__ import annotations

from dibs import Allocation, ClaimRequest

ALREADY_CLAIMED = "already_claimed"
QUANTITY_LIMIT = "quantity_limit"
BUYER_LIMIT = "buyer_limit"


def refusal(request: ClaimRequest) -> Allocation | None:
    """The reason why a claim gets nothing, or None.

    A repeat is looked at first: to hear that the amount is too large would be odd where even the right amount
    changes nothing.
    """
    if _changes_nothing(request):
        return Allocation(refuse="declined", reason=ALREADY_CLAIMED)
    if request.quantity > request.rules.max_quantity:
        return Allocation(refuse="review", reason=QUANTITY_LIMIT)
    if more_wanted(request) > 0 and room(request) == 0:
        return Allocation(refuse="declined", reason=BUYER_LIMIT)
    return None


def held(request: ClaimRequest) -> int:
    """Units of this item that the buyer has won or waits for."""
    return request.standing.won + request.standing.waiting


def more_wanted(request: ClaimRequest) -> int:
    """Units asked for beyond what the buyer has; negative if the claim asks for fewer (repeat rule `set`)."""
    return request.quantity - held(request) if request.rules.repeat == "set" else request.quantity


def room(request: ClaimRequest) -> int | None:
    """Units that the buyer may still win or wait for in this show; None is no limit."""
    limit = request.rules.max_per_buyer
    if limit is None:
        return None
    return max(0, limit - request.standing.show_won - request.standing.show_waiting)


def _changes_nothing(request: ClaimRequest) -> bool:
    stake = held(request)
    if not stake or request.rules.repeat == "add":
        return False
    return request.rules.repeat == "ignore" or request.quantity == stake
