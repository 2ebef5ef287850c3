"""What can be added to a cart: batches of which something is left, with their prices for the customer of a session."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

import attrs

from dibs import EventContext, NotFoundError, PriceProblem, PriceQuote, PriceRequest
from dibs_live_shopping.rows import plain
from dibs_live_shopping.views import detail_for


@attrs.frozen
class OfferFilter:
    """Which offers, by words in name, category or batch; prices are those for the customer of a session.

    `cursor` is `next` of the page before.
    """

    q: str = attrs.field(default="", validator=attrs.validators.max_len(100))
    category: str = attrs.field(default="", validator=attrs.validators.max_len(200))
    session_id: UUID | None = None
    cursor: str = attrs.field(default="", validator=attrs.validators.max_len(400))
    limit: int = attrs.field(default=50, validator=[attrs.validators.ge(1), attrs.validators.le(100)])


@attrs.frozen
class StaffOffer:
    """A batch that can be added.

    Attributes:
        available: what nobody has a claim on.
        unit_cost: None without the permission `costs:read`, or if it is not known.
        price: for one unit; None if there is none, `price_detail` says why; None as well without the permission
            `costs:read` if it is the bare cost.
        price_detail: of a price, where it comes from, in words; "" without the permission `costs:read`.
        in_cart: how much of it is in the cart of the session.
    """

    batch_id: UUID
    product_id: UUID
    name: str
    category: str | None
    unit: str
    picture_url: str | None
    batch_code: str
    available: Decimal
    unit_cost: Decimal | None
    price: Decimal | None
    price_source: str | None
    price_detail: str
    price_warnings: tuple[str, ...]
    needs_confirmation: bool
    in_cart: Decimal


@attrs.frozen
class OffersPage:
    """Offers by name; `next` is the cursor of the page after, None on the last."""

    offers: list[StaffOffer]
    next: str | None


_SESSION = "SELECT customer_id FROM live_sessions WHERE workspace_id = $1 AND id = $2"
_OFFERS = """
SELECT b.id AS batch_id, p.id AS product_id, p.name, p.name_key, p.category, p.unit, p.picture_url,
    b.code AS batch_code, b.unit_cost, b.on_hand - b.reserved - b.on_hold - b.in_carts AS available, (
        SELECT o.price FROM live_overrides o WHERE o.workspace_id = $1 AND o.session_id = $4
            AND o.product_id = p.id AND (o.batch_id IS NULL OR o.batch_id = b.id)
        ORDER BY o.batch_id NULLS LAST LIMIT 1
    ) AS override, (
        SELECT coalesce(sum(l.quantity), 0) FROM live_lines l
        WHERE l.workspace_id = $1 AND l.session_id = $4 AND l.batch_id = b.id
    ) AS in_cart
FROM products p JOIN batches b ON b.workspace_id = p.workspace_id AND b.product_id = p.id
WHERE p.workspace_id = $1 AND b.reserved + b.on_hold + b.in_carts < b.on_hand
    AND ($2 = '' OR strpos(lower(p.name || ' ' || coalesce(p.category, '') || ' ' || b.code), lower($2)) > 0)
    AND ($3 = '' OR lower(p.category) = lower($3))
    AND ($5::text IS NULL OR (p.name_key, b.id) > ($5, $6::uuid))
ORDER BY p.name_key, b.id LIMIT $7
"""


async def find_offers(
    context: EventContext, wanted: OfferFilter
) -> tuple[list[tuple[Mapping[str, Any], PriceQuote | PriceProblem]], str | None]:
    """A page of batches, each with its price, and the cursor of the next.

    For whom they are is the caller's to decide: the rows have costs and totals of the stock.

    Raises `NotFoundError` if there is no such session.
    """
    customer_id = await _customer(context, wanted.session_id)
    name, batch = _place(wanted.cursor)
    rows = await context.data.fetch(
        _OFFERS, wanted.q.strip(), wanted.category.strip(), wanted.session_id, name, batch, wanted.limit + 1
    )
    page = rows[: wanted.limit]
    quotes = await context.desk.prices.quote([_request(row, customer_id, wanted.session_id) for row in page])
    after = f"{page[-1]['batch_id']}{page[-1]['name_key']}" if len(rows) > wanted.limit else None
    return list(zip(page, quotes, strict=True)), after


async def _customer(context: EventContext, session_id: UUID | None) -> UUID | None:
    if session_id is None:
        return None
    rows = await context.data.fetch(_SESSION, session_id)
    if not rows:
        raise NotFoundError("There is no such session.")
    found: UUID | None = rows[0]["customer_id"]
    return found


def _place(cursor: str) -> tuple[str | None, UUID | None]:
    try:
        return (cursor[36:], UUID(cursor[:36])) if cursor else (None, None)
    except ValueError:
        raise NotFoundError("This cursor leads nowhere.") from None


def _request(row: Mapping[str, Any], customer_id: UUID | None, session_id: UUID | None) -> PriceRequest:
    return PriceRequest(
        str(row["batch_id"]), Decimal(1), row["batch_id"], f"{row['name']} · {row['batch_code']}", row["product_id"],
        row["category"], row["unit_cost"], customer_id, session_id, row["override"],
    )  # fmt: skip


async def staff_offers(context: EventContext, wanted: OfferFilter, *, costs: bool) -> OffersPage:
    """A page of offers as staff see them. Raises `NotFoundError` if there is no such session."""
    found, after = await find_offers(context, wanted)
    return OffersPage([_offer(row, quote, costs) for row, quote in found], after)


def _offer(row: Mapping[str, Any], quote: PriceQuote | PriceProblem, costs: bool) -> StaffOffer:
    return StaffOffer(
        row["batch_id"], row["product_id"], row["name"], row["category"], row["unit"], row["picture_url"],
        row["batch_code"], plain(row["available"]), row["unit_cost"] if costs else None,
        quote.price if isinstance(quote, PriceQuote) and (costs or not quote.needs_confirmation) else None,
        quote.source if isinstance(quote, PriceQuote) else None,
        detail_for(quote.price, quote.detail, costs) if isinstance(quote, PriceQuote) else quote.message,
        quote.warnings if isinstance(quote, PriceQuote) else (quote.code,),
        isinstance(quote, PriceQuote) and quote.needs_confirmation, plain(row["in_cart"]),
    )  # fmt: skip
