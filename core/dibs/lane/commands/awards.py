"""Giving units to somebody by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from dibs.errors import InvalidInputError, OutOfStockError
from dibs.lane import stock
from dibs.lane.changes import Changes
from dibs.lane.commands.model import Command, LoadingCommand, answer, item_of
from dibs.lane.decide import DecisionHooks
from dibs.lane.load import load_buyer
from dibs.lane.state import Board, BuyerRef
from dibs.models.comments import Intent

if TYPE_CHECKING:
    from dibs.db import RawConnection

GUEST = "guest"


def award(item_id: UUID, buyer: BuyerRef, quantity: int = 1, *, new_buyer: bool = False) -> Command:
    """Give units to a buyer by hand. What he waits for on this item is served first, the rest of it leaves the queue.

    Raises (when carried out): OutOfStockError with what is left.
    """

    def run(changes: Changes, _: DecisionHooks) -> dict[str, Any]:
        item = item_of(changes, item_id)
        if quantity < 1:
            raise InvalidInputError("An award is of at least one unit.")
        if quantity > item.left:
            raise OutOfStockError(f"Only {item.left} of item {item.number} left.", left=item.left)
        changes.remember()
        known = changes.board.buyers.setdefault((buyer.platform, buyer.user_id), buyer)
        changes.board.meet([known])
        if new_buyer and known is buyer:
            changes.buyers.append(buyer)
        for entry in [c for c in item.queue.values() if c.buyer is not None and c.buyer.head == known.head]:
            stock.leave(changes, entry, "released", "operator", "awarded")
        claim = changes.new_claim(
            None, 0, Intent("claim", item.number, quantity, None, "award"), buyer=known, item=item,
            quantity=quantity, status="winner",
        )  # fmt: skip
        claim.left_before, claim.ahead = item.left, len(item.queue)
        stock.win(changes, claim, item)
        changes.created(claim)
        changes.note("claim.awarded", "claim", claim.id, None, {"status": "winner"}, about=claim)
        return answer(claim)

    return run


def award_known(item_id: UUID, buyer_id: UUID, quantity: int = 1) -> LoadingCommand:
    """`award` to a buyer of the workspace, who is read in the lane's turn: the board keeps whether they are blocked
    and whom they are merged with, which may have changed since the request began.

    Raises (when carried out): NotFoundError if the workspace has no such buyer; OutOfStockError with what is left.
    """

    async def load(connection: RawConnection, board: Board) -> Command:
        return award(item_id, await load_buyer(connection, board.workspace_id, buyer_id), quantity)

    return LoadingCommand(load)
