"""The newest orders of somebody, for the page that is about them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from dibs.api.auth import principal
from dibs.api.orders import orders
from dibs.orders.model import OrderFilter
from dibs_web.order_words import ORIGIN_WORDS, STATUS_WORDS

_SOME: Final = 10


async def orders_of(*, buyer_id: UUID | None = None, customer_id: UUID | None = None) -> Mapping[str, Any]:
    """What `orders/_some.html` needs; nothing for who may not see orders."""
    who = principal()
    if not who.may("orders:read"):
        return {"orders": [], "more_orders": False}
    wanted = OrderFilter(buyer_id=buyer_id, customer_id=customer_id, limit=_SOME)
    rows, after = await orders().page(who.workspace_id, wanted)
    return {"orders": rows, "more_orders": after is not None, "statuses": STATUS_WORDS, "origins": ORIGIN_WORDS}
