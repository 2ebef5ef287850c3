"""What comes along when an item of a show is drawn from a batch: the product's name, its price, its picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

import attrs

from dibs.models.items import NewItem
from dibs.models.pricing import PriceProblem, PriceQuote, PriceRequest

if TYPE_CHECKING:
    from dibs.db import Database
    from dibs.models.events import EventContext

_BATCHES = """
SELECT b.id, b.product_id, b.unit_cost, p.name, p.category, p.name || ' · ' || b.code AS batch_name
FROM batches b JOIN products p ON p.workspace_id = b.workspace_id AND p.id = b.product_id
WHERE b.workspace_id = $1 AND b.id = ANY($2::uuid[])
"""
_PICTURES = """
SELECT i.id, p.picture_url FROM items i
JOIN batches b ON b.workspace_id = i.workspace_id AND b.id = i.batch_id
JOIN products p ON p.workspace_id = b.workspace_id AND p.id = b.product_id
WHERE i.workspace_id = $1 AND i.show_id = $2 AND p.picture_url IS NOT NULL
"""
_LONGEST_TITLE = 200


async def drawn_from_stock(context: EventContext, items: Sequence[NewItem]) -> list[NewItem]:
    """The items, with the title and the price of their batch where they have none of their own.

    The price is what the rules say without a customer. A bare cost, which a person has to confirm, is none; nor is
    there one of a batch that the rules can't price. A batch that is not there is left to whoever adds the item.
    """
    wanted = {item.batch_id for item in items if item.batch_id is not None}
    if not wanted:
        return list(items)
    batches = {row["id"]: row for row in await context.data.fetch(_BATCHES, list(wanted))}
    unpriced = {item.batch_id for item in items if item.price is None and item.batch_id in batches}
    requests = [_request(batches[batch_id]) for batch_id in unpriced]
    quotes = await context.desk.prices.quote(requests) if requests else []
    prices = {request.batch_id: _usable(quote) for request, quote in zip(requests, quotes, strict=True)}
    return [_with(item, batches.get(item.batch_id), prices.get(item.batch_id)) for item in items]


def _request(batch: Mapping[str, Any]) -> PriceRequest:
    return PriceRequest(
        str(batch["id"]), Decimal(1), batch["id"], batch["batch_name"], batch["product_id"], batch["category"],
        batch["unit_cost"],
    )  # fmt: skip


def _usable(quote: PriceQuote | PriceProblem) -> Decimal | None:
    return None if isinstance(quote, PriceProblem) or quote.needs_confirmation else quote.price


def _with(item: NewItem, batch: Mapping[str, Any] | None, price: Decimal | None) -> NewItem:
    if batch is None:
        return item
    title = item.title if item.title.strip() else batch["name"][:_LONGEST_TITLE]
    return attrs.evolve(item, title=title, price=price if item.price is None else item.price)


async def pictures_of(db: Database, workspace_id: UUID, show_id: UUID) -> dict[str, str]:
    """The pictures of a show's items that come from stock, by the item's id."""
    return {str(row["id"]): row["picture_url"] for row in await db.plain_fetch(_PICTURES, workspace_id, show_id)}
