"""The shape of a command, and what several of them look up."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from enum import Enum
from typing import TYPE_CHECKING, Any, Final, TypeAlias
from uuid import UUID

import attrs

from dibs.errors import ConflictError, NotFoundError
from dibs.lane.changes import Changes
from dibs.lane.decide import DecisionHooks
from dibs.lane.payloads import claim_payload
from dibs.lane.state import Board, ClaimState, ItemState

if TYPE_CHECKING:
    from dibs.db import RawConnection

Command: TypeAlias = Callable[[Changes, DecisionHooks], Any]
"""Changes the board and answers with what the caller shows. Who acts is `changes.actor`."""


class Unset(Enum):
    """Nothing was said about a field, which is something else than None."""

    UNSET = "unset"


UNSET: Final = Unset.UNSET


@attrs.frozen
class LoadingCommand:
    """A command that needs rows which no board holds.

    `load` reads them in the lane's turn, on the connection that then writes: if anybody has written since the board
    was read the write is refused, so what was read and the board are of one instant.
    """

    load: Callable[[RawConnection, Board], Awaitable[Command]]


async def made_ready(command: Command | LoadingCommand, connection: RawConnection, board: Board) -> Command:
    """The command, with what it needed to load."""
    return await command.load(connection, board) if isinstance(command, LoadingCommand) else command


def item_of(changes: Changes, item_id: UUID) -> ItemState:
    """An item of the show. Raises `NotFoundError`."""
    item = changes.board.items.get(item_id)
    if item is None:
        raise NotFoundError("The show has no such item.", item_id=str(item_id))
    return item


def open_claim(changes: Changes, claim_id: UUID) -> ClaimState:
    """A claim that is not settled for good. Raises `ConflictError`; with `order_id` if it is in an order."""
    claim = changes.board.find_claim(claim_id)
    if claim is None:
        raise ConflictError("This claim is not open any more, or never was.", claim_id=str(claim_id))
    check_not_ordered(claim)
    return claim


def check_not_ordered(claim: ClaimState) -> None:
    """Refuse to change what is in an order. Raises `ConflictError` with `order_id`."""
    if claim.order_id is not None:
        raise ConflictError(
            f"The claim on item {claim.item_number} is in order {claim.order_number}; cancel the order first.",
            claim_id=str(claim.id),
            order_id=str(claim.order_id),
        )


def answer(claim: ClaimState) -> dict[str, Any]:
    """A claim as the caller shows it, with its place in the queue."""
    return claim_payload(claim, claim.item.position_of(claim) if claim.item else None)
