"""What a show's buyers have won and nobody has ordered yet: who they are, and which items still need a price."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

import attrs

from dibs.db import Database
from dibs.orders.winners import WON

_BUYERS = f"""
SELECT w.person, p.handle, count(*) AS claims, sum(w.quantity) AS units,
    coalesce(sum(w.quantity * w.price), 0) AS amount,
    coalesce(sum(w.quantity) FILTER (WHERE w.price IS NULL), 0) AS unpriced
FROM ({WON}) w JOIN buyers p ON p.workspace_id = $1 AND p.id = w.person
GROUP BY w.person, p.handle ORDER BY lower(p.handle), w.person
"""
_UNPRICED = f"""
SELECT w.item_id, w.item_number, w.variant, w.title, sum(w.quantity) AS units, count(DISTINCT w.person) AS buyers
FROM ({WON} AND i.price IS NULL) w
GROUP BY w.item_id, w.item_number, w.variant, w.title ORDER BY w.item_number, w.variant
"""


@attrs.frozen
class PendingBuyer:
    """A person with won claims that are in no order yet; `amount` is of what has a price, `unpriced` counts units."""

    buyer_id: UUID
    handle: str
    claims: int
    units: int
    amount: Decimal
    unpriced: int


@attrs.frozen
class UnpricedItem:
    """An item that was won, is in no order yet, and has no price: nobody who won it can order before it has one."""

    item_id: UUID
    item_number: str
    variant: str
    title: str
    units: int
    buyers: int


@attrs.frozen
class Pending:
    """What is not ordered yet of a show."""

    buyers: Sequence[PendingBuyer]
    unpriced: Sequence[UnpricedItem]


async def read_pending(db: Database, workspace_id: UUID, show_id: UUID) -> Pending:
    """What is not ordered yet; nothing of a show that there is not."""
    buyers = await db.plain_fetch(_BUYERS, workspace_id, show_id)
    unpriced = await db.plain_fetch(_UNPRICED, workspace_id, show_id)
    return Pending(
        [PendingBuyer(UUID(bytes=r["person"].bytes), *(r[name] for name in _FIGURES)) for r in buyers],
        [UnpricedItem(UUID(bytes=r["item_id"].bytes), *(r[name] for name in _ITEM)) for r in unpriced],
    )


_FIGURES = ("handle", "claims", "units", "amount", "unpriced")
_ITEM = ("item_number", "variant", "title", "units", "buyers")
