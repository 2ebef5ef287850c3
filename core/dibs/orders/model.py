"""What is asked about orders, what people make by hand, and what a shared order shows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final
from uuid import UUID

import attrs

from dibs.bounds import bounded
from dibs.catalogue import fields as f
from dibs.models.orders import OrderOrigin, OrderStatus
from dibs.money import money_fault, stock_fault

MOST_BY_HAND: Final = 200
LONGEST_DAYS: Final = 365


@bounded(minimum=0, exclusiveMinimum=0)
def _some(value: Decimal) -> str | None:
    return stock_fault(value) or (None if value > 0 else "must be above 0")


@bounded(minItems=1, maxItems=MOST_BY_HAND)
def _number_of_lines(value: Sequence[object]) -> str | None:
    return None if 0 < len(value) <= MOST_BY_HAND else f"must have from 1 to {MOST_BY_HAND} entries"


@bounded(minimum=1, maximum=LONGEST_DAYS)
def _days(value: int) -> str | None:
    return None if 1 <= value <= LONGEST_DAYS else f"must be from 1 to {LONGEST_DAYS}"


@attrs.frozen
class OrderFilter:
    """Which orders, the newest first. `q` is looked for in names, or is a number. `cursor` is the `next` of the page
    before."""

    status: OrderStatus | None = None
    origin: OrderOrigin | None = None
    customer_id: UUID | None = None
    buyer_id: UUID | None = None
    show_id: UUID | None = None
    q: str = attrs.field(default="", validator=f.checked(f.search_fault))
    cursor: UUID | None = None
    limit: int = attrs.field(default=50, validator=f.page_size())


@attrs.frozen
class NewManualLine:
    """A line that a person orders; without `price` the rules say it. A sample is listed and not charged."""

    batch_id: UUID
    quantity: Decimal = attrs.field(validator=f.checked(_some))
    price: Decimal | None = attrs.field(default=None, validator=f.checked(money_fault))
    sample: bool = False


@attrs.frozen
class NewManualOrder:
    """An order that a person makes for a customer.

    Attributes:
        credit_reason: why it is ordered although the customer is over the limit; needs `credit:override`.
    """

    customer_id: UUID
    lines: Sequence[NewManualLine] = attrs.field(validator=f.checked(_number_of_lines))
    note: str = attrs.field(default="", validator=f.checked(f.note_fault))
    credit_reason: str | None = attrs.field(
        default=None, validator=attrs.validators.optional(f.checked(f.reason_fault))
    )


@attrs.frozen
class OrderCancelling:
    """Why an order is cancelled; `version` is the one that was read."""

    version: int
    reason: str = attrs.field(default="", validator=f.checked(f.reason_fault))


@attrs.frozen
class OrderVersion:
    """The version of the order that was read."""

    version: int


@attrs.frozen
class LinkDays:
    """How long a link shows an order."""

    days: int = attrs.field(default=30, validator=f.checked(_days))


@attrs.frozen
class OrderLink:
    """A link that shows an order to whoever has it. `token` is told this once; only its hash is kept."""

    link_id: UUID
    token: str = attrs.field(repr=False)
    expires_at: datetime


@attrs.frozen
class SharedLine:
    """A line of an order, as its customer sees it."""

    name: str
    unit: str
    quantity: Decimal
    price: Decimal
    sample: bool
    total: Decimal


@attrs.frozen
class SharedOrder:
    """An order, as its customer sees it: no cost, no notes, no ids."""

    number: int
    date: datetime
    status: OrderStatus
    currency: str
    total: Decimal
    lines: Sequence[SharedLine]
