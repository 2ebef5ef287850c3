"""First come, first served: who wins, who waits, and what a repeated claim does."""

from __future__ import annotations

from collections.abc import Sequence

from dibs import Allocation, ClaimRequest, PluginInfo, UndecidedComment, hookimpl
from dibs_first_come.limits import refusal
from dibs_first_come.order import decision_order
from dibs_first_come.sharing import share

PLUGIN = PluginInfo(
    name="first_come",
    title="First come, first served",
    summary="Gives each item to those who claimed it first; the rest wait in order.",
    default=True,
)


# trylast: another policy that a workspace switches on is asked before this one.
@hookimpl(trylast=True)
def order_comments(comments: Sequence[UndecidedComment]) -> Sequence[int]:
    """By the platform's time, then arrival, then the comment's id."""
    return decision_order(comments)


@hookimpl(trylast=True)
def screen_claim(request: ClaimRequest) -> Allocation | None:
    """Refuse a repeat that the show ignores, a quantity above its limit, a buyer who has all they may."""
    return refusal(request)


@hookimpl(trylast=True)
def allocate_claim(request: ClaimRequest) -> Allocation:
    """Win what is left, wait for the rest, within the buyer's limit for the show."""
    return share(request)
