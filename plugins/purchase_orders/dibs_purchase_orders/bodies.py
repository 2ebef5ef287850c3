"""What the routes take in."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final
from uuid import UUID

import attrs

from dibs.bounds import LINE, bounded
from dibs.catalogue import fields as f
from dibs.money import money_fault, stock_fault
from dibs_purchase_orders.model import OrderState

MOST_TEXT: Final = 400_000


@bounded(maxLength=f.MAX_SHORT, pattern=LINE)
def short_line_fault(value: str) -> str | None:
    """What is wrong with a short text that may be empty, or None."""
    if len(value) > f.MAX_SHORT:
        return f"must be at most {f.MAX_SHORT} characters, this has {len(value)}"
    return None if value.isprintable() else "must not contain control characters"


@attrs.frozen
class PastedOrder:
    """An order as text: CSV, or cells as they come from a spreadsheet. `name` is what to call it."""

    text: str = attrs.field(validator=[attrs.validators.min_len(1), attrs.validators.max_len(MOST_TEXT)])
    name: str = attrs.field(default="pasted.csv", validator=attrs.validators.max_len(200))


@attrs.frozen
class PurchaseOrdersQuery:
    """Which orders. `cursor` is the `next` of the page before."""

    state: OrderState | None = None
    cursor: UUID | None = None
    limit: int = attrs.field(default=50, validator=[attrs.validators.ge(1), attrs.validators.le(200)])


@attrs.frozen
class PurchaseLinesQuery:
    """Which lines: `unsure` leaves out those that nobody has to look at. `after` is the `next` of the page before."""

    unsure: bool = False
    after: int | None = attrs.field(default=None, validator=attrs.validators.optional(attrs.validators.ge(0)))
    limit: int = attrs.field(default=100, validator=[attrs.validators.ge(1), attrs.validators.le(500)])


@attrs.frozen
class PurchaseOrderPatch:
    """What to correct of an order; `version` is the one that was read. Null changes nothing."""

    version: int
    supplier: str | None = attrs.field(default=None, validator=f.checked(f.reason_fault))
    number: str | None = attrs.field(default=None, validator=f.checked(short_line_fault))
    received_on: date | None = attrs.field(default=None, validator=f.checked(f.day_fault))


@attrs.frozen
class PurchaseLinePatch:
    """What to correct of a line; `version` is the one that was read. Null changes nothing.

    Attributes:
        product_id: the product that it is. `is_new`: it is none that there is yet; one is made when it is received.
        checked: somebody has looked at it. `skipped`: it is not received.
    """

    version: int
    code: str | None = attrs.field(default=None, validator=f.checked(short_line_fault))
    name: str | None = attrs.field(default=None, validator=f.checked(f.name_fault))
    category: str | None = attrs.field(default=None, validator=f.checked(short_line_fault))
    unit: str | None = attrs.field(default=None, validator=f.checked(f.unit_fault))
    quantity: Decimal | None = attrs.field(default=None, validator=f.checked(stock_fault))
    unit_cost: Decimal | None = attrs.field(default=None, validator=f.checked(money_fault))
    product_id: UUID | None = None
    is_new: bool | None = None
    checked: bool | None = None
    skipped: bool | None = None
