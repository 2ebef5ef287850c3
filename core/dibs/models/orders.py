"""Orders: what is to be ordered, and what was."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID

import attrs

from dibs.models.pricing import PriceSource
from dibs.stock.model import Reference

OrderOrigin = Literal["LIVE_SHOPPING", "SHOW", "MANUAL"]
OrderStatus = Literal["open", "paid", "cancelled"]


@attrs.frozen
class NewOrderLine:
    """A line to order.

    Attributes:
        price: of one unit; a sample is listed with it and charged 0. None is refused, naming the line.
        claim_id: the won claim that it fulfils; its units are reserved already. A claim is ordered once.
        holder: who holds the stock of the batch for this line; the hold is given up for the sale.
    """

    name: str
    quantity: Decimal
    price: Decimal | None
    price_source: PriceSource
    batch_id: UUID | None = None
    product_id: UUID | None = None
    claim_id: UUID | None = None
    unit: str = ""
    sample: bool = False
    holder: Reference | None = None


@attrs.frozen
class NewOrder:
    """An order to make.

    Attributes:
        source: what becomes this order, such as a session. Whoever orders it a second time gets the same order.
        in_draft: the lines count as draft exposure already, so the credit check adds nothing. Not so those of claims:
            a claim leaves the draft as soon as it is in an order.
        credit_reason: why a host goes over the limit; needs the permission `credit:override`.
        freed: holds that end with the order though what they hold is not ordered: batch and holder of each.
    """

    source: Reference
    origin: OrderOrigin
    lines: tuple[NewOrderLine, ...]
    customer_id: UUID | None = None
    buyer_id: UUID | None = None
    show_id: UUID | None = None
    note: str = ""
    in_draft: bool = False
    credit_reason: str | None = None
    freed: tuple[tuple[UUID, Reference], ...] = ()


@attrs.frozen
class OrderLine:
    """A line of an order; `total` is price × quantity, rounded half up once, 0 of a sample.

    `unit_cost` is what the batch cost when it was sold; None if unknown, or not for the reader.
    """

    line_no: int
    name: str
    unit: str
    quantity: Decimal
    price: Decimal
    price_source: PriceSource
    sample: bool
    total: Decimal
    batch_id: UUID | None
    product_id: UUID | None
    claim_id: UUID | None
    unit_cost: Decimal | None


@attrs.frozen
class Order:
    """An order.

    Attributes:
        number: counts up in the workspace without gaps.
        name, contact: of the customer or buyer, as they were when it was made.
        total: the sum of the line totals.
    """

    order_id: UUID
    number: int
    origin: OrderOrigin
    status: OrderStatus
    name: str
    contact: str
    customer_id: UUID | None
    buyer_id: UUID | None
    show_id: UUID | None
    source: Reference
    currency: str
    total: Decimal
    note: str
    created_at: datetime
    created_by: str
    paid_at: datetime | None
    cancelled_at: datetime | None
    cancel_reason: str | None
    version: int
    lines: tuple[OrderLine, ...] = ()
