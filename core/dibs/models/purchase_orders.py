"""A supplier's purchase order as a reader understands it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import attrs


@attrs.frozen
class Remark:
    """A sentence for the people who check, in English; `%(name)s` in it is filled in from `values`."""

    text: str
    values: Mapping[str, Any] = attrs.field(factory=dict)


@attrs.frozen
class PurchaseOrderLine:
    """One line of goods, as far as it could be read.

    Attributes:
        place: where it stands, such as `row 7` or `page 2, line 3`.
        cells: the texts that it was read from.
        code: the supplier's code or number for the article.
        total: what the file says that the line costs; it is checked, not kept.
        confidence: how sure the reader is of all of it, from 0 to 100.
        remarks: what the people who check should look at.
    """

    place: str
    cells: tuple[str, ...]
    name: str = ""
    code: str = ""
    category: str = ""
    unit: str = ""
    quantity: Decimal | None = None
    unit_cost: Decimal | None = None
    total: Decimal | None = None
    confidence: int = 0
    remarks: tuple[Remark, ...] = ()


@attrs.frozen
class PurchaseOrder:
    """A whole order; `number` is the supplier's. What the file does not say is "" or None."""

    lines: tuple[PurchaseOrderLine, ...]
    supplier: str = ""
    number: str = ""
    ordered_on: date | None = None
    remarks: tuple[Remark, ...] = ()
