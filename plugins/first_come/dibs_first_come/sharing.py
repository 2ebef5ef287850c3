"""How the stock is shared out."""

from __future__ import annotations

from dibs import Allocation, ClaimRequest
from dibs_first_come.limits import BUYER_LIMIT, more_wanted, room


def share(request: ClaimRequest) -> Allocation:
    """Win what is left, wait for the rest as one entry, never beyond the buyer's limit for the show.

    Whoever comes while others wait queues behind them, even if something is left. A claim that the limit cuts
    carries the reason `buyer_limit`.
    """
    wanted = more_wanted(request)
    if wanted < 0:
        return Allocation(give_back=-wanted)
    allowed = room(request)
    granted = wanted if allowed is None else min(wanted, allowed)
    left = 0 if request.item.waiting else max(0, request.item.left)
    win = min(left, granted)
    return Allocation(win=win, wait=granted - win, reason=BUYER_LIMIT if granted < wanted else None)
