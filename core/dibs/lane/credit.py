"""What buyers may still owe who are linked to customers: loaded before their claims are decided, and only then."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, TypeAlias
from uuid import UUID

from dibs.lane.state import Board, BuyerRef
from dibs.money import line_total

if TYPE_CHECKING:
    from dibs.db import Database, RawConnection
    from dibs.lane.batch import Batch

ReadCredit: TypeAlias = Callable[["RawConnection", Sequence[UUID]], Awaitable[Mapping[UUID, Decimal]]]
"""What customers may still owe, read on this connection alone. Who has no limit is left out, and all if nobody screens
claims."""
CreditLeft: TypeAlias = Callable[[UUID], Awaitable[ReadCredit]]
"""Makes ready to read it in a workspace. Await it before a connection is taken: it may need one itself, and lanes that
all have one and wait for another wait for each other."""


async def load_for_batch(db: Database, board: Board, batch: Batch, ask: CreditLeft | None) -> None:
    """Have the board know the credit of the batch's authors. Without linked ones nothing is looked at."""
    board.credit = {}
    if ask is None or not board.linked or board.practice:
        return
    known = board.buyers
    authors = (known.get((c.platform, c.author.user_id)) for _, c, _, _ in batch.entries if c.author is not None)
    wanted = _customers(authors)
    if wanted:
        read = await ask(board.workspace_id)
        async with db.hot_connection() as connection:
            board.credit = await read(connection, wanted)


async def load_for_action(connection: RawConnection, board: Board, read: ReadCredit | None) -> None:
    """The same for an operator's action: a new item decides claims that waited for it."""
    board.credit = {}
    if read is None or not board.linked or board.practice:
        return
    wanted = _customers(claim.buyer for claim in board.unmatched_claims())
    if wanted:
        board.credit = await read(connection, wanted)


def credit_of(board: Board, buyer: BuyerRef) -> Decimal | None:
    """What a buyer's customer may still owe, less what they have won in this show and is in no order yet."""
    customer_id = buyer.customer_id
    left = None if customer_id is None else board.credit.get(customer_id)
    if left is None or customer_id is None:
        return None
    for head in board.linked.get(customer_id, ()):
        for claim in board.stakes.get(head, {}).values():
            if claim.status == "winner" and claim.order_id is None and claim.item and claim.item.price:
                left -= line_total(claim.item.price, claim.quantity)
    return left


def _customers(buyers: Iterable[BuyerRef | None]) -> list[UUID]:
    return sorted({one.customer_id for one in buyers if one is not None and one.customer_id is not None})
