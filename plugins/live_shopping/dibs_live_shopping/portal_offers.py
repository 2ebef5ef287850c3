"""What a customer can choose from: products in stock, with the price that this customer pays, where there is one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

import attrs

from dibs import EventContext, PriceQuote, PriceRequest
from dibs.routes import customer

# Of each product the lot that came first and is not used up: which lot it is, is the shop's business.
_FIND = """
WITH place AS (SELECT name_key, id FROM products WHERE workspace_id = $1 AND id = $4::uuid),
page AS (
    SELECT p.* FROM products p
    WHERE p.workspace_id = $1 AND ($2 = '' OR strpos(lower(p.name), $2) > 0) AND ($3 = '' OR p.category = $3)
        AND ($4::uuid IS NULL OR (p.name_key, p.id) > (SELECT name_key, id FROM place))
        AND EXISTS (SELECT 1 FROM batches b WHERE b.workspace_id = $1 AND b.product_id = p.id)
    ORDER BY p.name_key, p.id LIMIT $5
)
SELECT page.id AS product_id, page.name, page.name_key, page.category, page.unit, page.picture_url, b.*, (
    SELECT o.price FROM live_overrides o WHERE o.workspace_id = $1 AND o.session_id = $6
        AND o.product_id = page.id AND (o.batch_id IS NULL OR o.batch_id = b.batch_id)
    ORDER BY o.batch_id NULLS LAST LIMIT 1
) AS override
FROM page CROSS JOIN LATERAL (
    SELECT b.id AS batch_id, b.code, b.unit_cost, b.on_hand - b.reserved - b.on_hold - b.in_carts > 0 AS available
    FROM batches b WHERE b.workspace_id = $1 AND b.product_id = page.id
    ORDER BY available DESC, b.received_on, b.id LIMIT 1
) b
ORDER BY page.name_key, page.id
"""
_CATEGORIES = """
SELECT DISTINCT p.category FROM products p JOIN batches b ON b.workspace_id = p.workspace_id AND b.product_id = p.id
WHERE p.workspace_id = $1 AND p.category <> '' ORDER BY 1 LIMIT 200
"""


@attrs.frozen
class CustomerOffersQuery:
    """Which offers.

    Attributes:
        q: a part of the name.
        category: one of `categories`; empty for all.
        cursor: `next` of the page before.
    """

    q: str = attrs.field(default="", validator=attrs.validators.max_len(100))
    category: str = attrs.field(default="", validator=attrs.validators.max_len(200))
    cursor: UUID | None = None
    limit: int = attrs.field(default=24, validator=[attrs.validators.ge(1), attrs.validators.le(100)])


@attrs.frozen
class CustomerOffer:
    """Something to choose.

    Attributes:
        batch_id: what `POST .../lines` takes.
        price: of one unit, for this customer; None until a host has named one.
        available: whether there is any now; how much is not told.
    """

    batch_id: UUID
    name: str
    category: str | None
    unit: str
    picture_url: str | None
    price: Decimal | None
    available: bool


@attrs.frozen
class CustomerOffers:
    """Offers in the order of their names; `next` is the cursor of the page after, None on the last."""

    offers: list[CustomerOffer]
    categories: list[str]
    next: UUID | None


async def find_offers(context: EventContext, session_id: UUID, wanted: CustomerOffersQuery) -> CustomerOffers:
    """A page of what is on offer to the customer who asks."""
    words = wanted.q.strip().lower()
    rows = await context.data.fetch(_FIND, words, wanted.category, wanted.cursor, wanted.limit + 1, session_id)
    page = rows[: wanted.limit]
    prices = await _prices(context, session_id, page)
    offers = [_offer(row, price) for row, price in zip(page, prices, strict=True)]
    categories = [row["category"] for row in await context.data.fetch(_CATEGORIES)]
    more = len(rows) > wanted.limit
    return CustomerOffers(offers, categories, UUID(bytes=page[-1]["product_id"].bytes) if more else None)


async def _prices(context: EventContext, session_id: UUID, rows: Sequence[Mapping[str, Any]]) -> list[Decimal | None]:
    """The price of each; None where there is none, or where it is the bare cost, which no customer sees (rule 29)."""
    if not rows:
        return []
    quotes = await context.desk.prices.quote([_request(row, session_id) for row in rows])
    return [quote.price if isinstance(quote, PriceQuote) and not quote.needs_confirmation else None for quote in quotes]


def _request(row: Mapping[str, Any], session_id: UUID) -> PriceRequest:
    return PriceRequest(
        str(row["batch_id"]), Decimal(1), row["batch_id"], f"{row['name']} · {row['code']}", row["product_id"],
        row["category"], row["unit_cost"], customer().customer_id, session_id, row["override"],
    )  # fmt: skip


def _offer(row: Mapping[str, Any], price: Decimal | None) -> CustomerOffer:
    return CustomerOffer(
        UUID(bytes=row["batch_id"].bytes), row["name"], row["category"], row["unit"], row["picture_url"], price,
        row["available"],
    )  # fmt: skip
