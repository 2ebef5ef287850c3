"""What a show's buyers have won becomes an order each."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

import attrs

from dibs.errors import ConflictError, NotFoundError
from dibs.models.events import EventContext
from dibs.models.orders import NewOrder, NewOrderLine, Order
from dibs.orders.reading import plain
from dibs.stock import Reference

SOURCE = "show_buyer"
_SHOW = "SELECT title, practice FROM shows WHERE workspace_id = $1 AND id = $2"
# What each person has won in a show and nobody has ordered yet.
WON = """
SELECT coalesce(b.merged_into, b.id) AS person, c.id, c.quantity, c.item_id, c.item_number, c.variant, i.title, i.price
FROM claims c
JOIN buyers b ON b.workspace_id = $1 AND b.id = c.buyer_id
JOIN items i ON i.workspace_id = $1 AND i.id = c.item_id
WHERE c.workspace_id = $1 AND c.show_id = $2 AND c.status = 'winner' AND c.order_id IS NULL
"""
_WON_BY = f"{WON} AND coalesce(b.merged_into, b.id) = $3 ORDER BY c.decision_no"
_WINNERS = f"""
SELECT w.person, p.handle FROM (SELECT DISTINCT person FROM ({WON}) won) w
JOIN buyers p ON p.workspace_id = $1 AND p.id = w.person ORDER BY lower(p.handle), w.person
"""
_PERSON = "SELECT coalesce(merged_into, id) AS person FROM buyers WHERE workspace_id = $1 AND id = $2"
_LATEST = """
SELECT id FROM orders WHERE workspace_id = $1 AND show_id = $2 AND buyer_id = $3 AND source_kind = $4
    AND status <> 'cancelled' ORDER BY number DESC LIMIT 1
"""


@attrs.frozen
class Winner:
    """A person who has won something in a show that is not ordered yet."""

    buyer_id: UUID
    handle: str


async def check_show(context: EventContext, show_id: UUID) -> str:
    """The title of a show that can be ordered from.

    Raises:
        NotFoundError: there is no such show.
        ConflictError: it is a practice show.
    """
    rows = await context.data.fetch(_SHOW, show_id)
    if not rows:
        raise NotFoundError("There is no such show.", show_id=str(show_id))
    if rows[0]["practice"]:
        raise ConflictError("A practice show sells nothing.", show_id=str(show_id))
    return str(rows[0]["title"])


async def winners_of(context: EventContext, show_id: UUID) -> list[Winner]:
    """Who has won something that is not ordered yet, in order of their names."""
    rows = await context.data.fetch(_WINNERS, show_id)
    return [Winner(UUID(bytes=row["person"].bytes), row["handle"]) for row in rows]


async def order_of_winner(
    context: EventContext,
    show_id: UUID,
    buyer_id: UUID,
    *,
    credit_reason: str | None = None,
    may_override: bool = False,
) -> Order:
    """The order of what a person has won in a show and not ordered yet, in the transaction of `context`.

    If all of it is ordered already the last order comes back. What is won later becomes another order.

    Raises:
        NotFoundError: there is no such show or buyer.
        ConflictError: they have won nothing in this show; or as `OrderDesk.make`.
        PriceMissingError: an item has no price; the message names it.
        Other errors as `OrderDesk.make`.
    """
    await check_show(context, show_id)
    found = await context.data.fetch(_PERSON, buyer_id)
    if not found:
        raise NotFoundError("There is no such buyer.", buyer_id=str(buyer_id))
    person = UUID(bytes=found[0]["person"].bytes)
    # The source is chosen before the claims are read: who comes second then finds the first one's order, or nothing.
    source = await _next_source(context, show_id, person)
    won = await context.data.fetch(_WON_BY, show_id, person)
    if not won:
        return await _ordered_already(context, show_id, person)
    new = NewOrder(
        source, "SHOW", tuple(_line(row) for row in won), buyer_id=person, show_id=show_id, credit_reason=credit_reason
    )
    return await context.desk.orders.make(new, may_override=may_override)


async def _next_source(context: EventContext, show_id: UUID, person: UUID) -> Reference:
    """The first order of a person in a show has the same source whoever makes it; so has the second, of the rest."""
    number = 1
    while True:
        source = Reference(SOURCE, uuid5(show_id, f"{person}/{number}"))
        if await context.desk.orders.of_source(source.kind, source.id) is None:
            return source
        number += 1


async def _ordered_already(context: EventContext, show_id: UUID, person: UUID) -> Order:
    rows = await context.data.fetch(_LATEST, show_id, person, SOURCE)
    if not rows:
        raise ConflictError("This buyer has won nothing in this show that is not ordered yet.", buyer_id=str(person))
    order_id = plain(rows[0]["id"])
    assert order_id is not None
    return await context.desk.orders.get(order_id)


def _line(row: Mapping[str, Any]) -> NewOrderLine:
    return NewOrderLine(
        name_of(row), Decimal(row["quantity"]), row["price"], "item", claim_id=UUID(bytes=row["id"].bytes)
    )


def name_of(row: Mapping[str, Any]) -> str:
    """What an item is called on an order."""
    number = f"{row['item_number']} {row['variant']}".rstrip()
    return f"{number} · {row['title']}" if row["title"] else number
