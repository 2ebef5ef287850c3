"""What reading an item list gives."""

from __future__ import annotations

from typing import Literal

import attrs

from dibs.models.items import NewItem

Field = Literal["item_number", "title", "quantity", "variant", "price"]


@attrs.frozen
class RowFault:
    """What is wrong with a cell; `field` is None if it is the row as a whole."""

    field: Field | None
    problem: str


@attrs.frozen
class Column:
    """A column of the list: its header, empty if it has none, and what it was taken for."""

    header: str
    field: Field | None


@attrs.frozen
class Row:
    """One row: the line on which it begins, its cells by field as they stand there, and the item or the faults."""

    line: int
    cells: dict[Field, str]
    item: NewItem | None = None
    faults: tuple[RowFault, ...] = ()


@attrs.frozen
class ItemTable:
    """An item list with every row, faulty ones too.

    Attributes:
        by_header: the columns were recognised by their names; otherwise by their order.
        remarks: what is harmless and worth knowing, in words.
    """

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    by_header: bool
    remarks: tuple[str, ...] = ()
