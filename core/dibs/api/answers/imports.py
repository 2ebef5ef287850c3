"""The answer about an item list."""

from __future__ import annotations

from typing import Any, Literal

import attrs


@attrs.frozen
class ImportColumn:
    """A column of the list: its header, and what it was taken for; null if it is left out."""

    header: str
    field: Literal["item_number", "title", "quantity", "variant", "price"] | None


@attrs.frozen
class ImportFault:
    """What is wrong with a cell; `field` is null if it is the row as a whole."""

    field: Literal["item_number", "title", "quantity", "variant", "price"] | None
    problem: str


@attrs.frozen
class ImportRow:
    """A row of the list.

    Attributes:
        line: where it stands in the list.
        status: `new` would be added, `exists` is in the show already, `faulty` can't be used.
        item_number, title, variant: as they would be in the show; of a faulty row as they stand in the list.
        quantity, price: the same; texts as written if the row is faulty.
        faults: empty unless the row is faulty.
    """

    line: int
    status: Literal["new", "exists", "faulty"]
    item_number: str
    title: str
    variant: str | None
    quantity: int | str
    price: str | None
    faults: list[ImportFault]


@attrs.frozen
class ImportTotals:
    """How many rows of each status."""

    new: int
    exists: int
    faulty: int


@attrs.frozen
class ItemImport:
    """An item list as it was read.

    Attributes:
        preview: nothing was added.
        by_header: the columns were recognised by their names; otherwise by their order.
        remarks: what is harmless and worth knowing, in words.
        can_add: no row is faulty and at least one is new: the same request without `preview` would add them.
        added: the items as they are in the show now; empty in a preview.
    """

    preview: bool
    columns: list[ImportColumn]
    by_header: bool
    remarks: list[str]
    rows: list[ImportRow]
    totals: ImportTotals
    can_add: bool
    added: list[dict[str, Any]]
