"""Purchase orders as staff see them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID

import attrs

from dibs import Remark, RunView

OrderState = Literal["reading", "matching", "checking", "receiving", "done", "discarded"]
Match = Literal["name", "code", "similar", "chosen", "new"]
SURE = 80
"""From here on a line needs nobody to look at it."""


@attrs.frozen
class PurchaseLineCounts:
    """How many lines there are; `unsure` are those that somebody has to look at, `unready` can't be received yet."""

    lines: int = 0
    unsure: int = 0
    unready: int = 0
    received: int = 0
    skipped: int = 0


@attrs.frozen
class PurchaseOrderView:
    """A purchase order.

    Attributes:
        number: the supplier's.
        received_on: the day that its batches get; null for the day on which they are received.
        state: `checking` waits for people; `receiving` puts its lines into stock.
        remarks: what is worth knowing about how it was read.
        same_number: another order of this number was received before.
        run: how the reading, matching and saving gets on.
    """

    order_id: UUID
    file_name: str
    file_kind: str
    supplier: str
    number: str
    ordered_on: date | None
    received_on: date | None
    state: OrderState
    remarks: Sequence[Remark]
    same_number: bool
    version: int
    created_by_name: str
    created_at: datetime
    counts: PurchaseLineCounts
    run: RunView | None


@attrs.frozen
class PurchaseLineView:
    """A line of a purchase order.

    Attributes:
        place: where it stands in the file; `cells` are the texts there.
        unit_cost: null if it is not known, or not for this role to see.
        confidence: how sure the reader is, from 0 to 100.
        match: how the product was found; `new` makes one. Null while nobody has looked for it.
        unsure: somebody has to look at it before it is received: `checked` says that it was done.
        lacks: what it needs before it can be received: `name`, `quantity`, `unit_cost`, `product`, `check`.
        problem: why it could not be received.
    """

    line_no: int
    place: str
    cells: Sequence[str]
    code: str
    name: str
    category: str
    unit: str
    quantity: Decimal | None
    unit_cost: Decimal | None
    confidence: int
    remarks: Sequence[Remark]
    match: Match | None
    match_confidence: int
    product_id: UUID | None
    product_name: str | None
    checked: bool
    skipped: bool
    state: Literal["open", "received"]
    unsure: bool
    lacks: Sequence[str]
    problem: str | None
    batch_id: UUID | None
    version: int


@attrs.frozen
class PurchaseOrdersPage:
    """A page of orders, the newest first; `next` is the cursor of the next page."""

    orders: list[PurchaseOrderView]
    next: UUID | None


@attrs.frozen
class PurchaseLinesPage:
    """A page of lines, those to look at first; `next` is the `after` of the next page."""

    lines: list[PurchaseLineView]
    next: int | None
