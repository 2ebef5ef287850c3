"""A catalogue list: from cells to products and batches, row by row, with every fault."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import attrs

from dibs.catalogue import fields as f
from dibs.catalogue.columns import Field, fields_of, read_day, read_stock
from dibs.catalogue.names import name_key
from dibs.errors import FieldFault, InvalidInputError
from dibs.item_import import MAX_ITEMS, Record
from dibs.item_import.limits import MAX_COLUMNS
from dibs.item_import.numbers import read_price
from dibs.models.cells import unguard


@attrs.frozen
class CatalogueRow:
    """What a row says; None where it says nothing. Without a batch it is about the product alone."""

    product: str
    category: str | None = None
    unit: str | None = None
    picture_url: str | None = None
    batch: str | None = None
    unit_cost: Decimal | None = None
    quantity: Decimal | None = None
    received_on: date | None = None

    @property
    def key(self) -> tuple[str, str | None]:
        """Product and batch, whatever the case."""
        return name_key(self.product), None if self.batch is None else name_key(self.batch)


@attrs.frozen
class ReadRow:
    """A row of the list: where it begins, its cells, and what it says or what is wrong with it."""

    line: int
    cells: dict[Field, str]
    row: CatalogueRow | None = None
    faults: tuple[tuple[Field, str], ...] = ()


@attrs.frozen
class CatalogueList:
    """A whole list; `columns` are its headers with what each was taken for."""

    columns: tuple[tuple[str, Field | None], ...]
    rows: tuple[ReadRow, ...]
    remarks: tuple[str, ...]

    def refuse_faulty(self) -> None:
        """Raise `InvalidInputError` naming row and column of each fault, if there is one."""
        faults = [FieldFault(f"line {row.line}, {field}", words) for row in self.rows for field, words in row.faults]
        if faults:
            raise InvalidInputError(f"The list has {len(faults)} fault(s); nothing was changed.", faults)


def read_list(records: Sequence[Record], remarks: Sequence[str] = ()) -> CatalogueList:
    """Products and batches from cells below a header.

    Raises:
        InvalidInputError: there is no row, there are too many, or no column for the product.
    """
    rows = [(line, [cell.strip() for cell in cells]) for line, cells in records if any(c.strip() for c in cells)]
    if len(rows) < 2:
        raise _refused("The list needs a header and at least one row below it.")
    if len(rows) > MAX_ITEMS + 1:
        raise _refused(f"The list has more than {MAX_ITEMS} rows; import it in parts.")
    if max(len(cells) for _, cells in rows) > MAX_COLUMNS:
        raise _refused(f"The list has more than {MAX_COLUMNS} columns.")
    header = rows[0][1]
    fields = fields_of(header)
    if "product" not in fields:
        raise _refused("No column is the product. Call one “product” or “name”.")
    read = [_row(line, dict(_cells(fields, cells))) for line, cells in rows[1:]]
    unknown = ", ".join(repr(cell[:40]) for cell, field in zip(header, fields, strict=True) if not field and cell)
    more = (f"Left out, as not understood: {unknown}.",) if unknown else ()
    return CatalogueList(tuple(zip(header, fields, strict=True)), tuple(_once(read)), (*remarks, *more))


def _cells(fields: Sequence[Field | None], cells: Sequence[str]) -> Iterator[tuple[Field, str]]:
    for field, cell in zip(fields, cells, strict=False):
        if field is not None:
            yield field, unguard(cell)


def _row(line: int, cells: dict[Field, str]) -> ReadRow:
    texts: dict[Field, Any] = {name: cells.get(name) or None for name in _TEXTS}
    texts["product"] = cells.get("product", "")
    problems: dict[Field, str | None] = {name: check(texts[name]) for name, check in _TEXTS.items() if texts[name]}
    problems["product"] = f.name_fault(texts["product"])
    cost, problems["unit_cost"] = read_price(cells.get("unit_cost", ""))
    quantity, problems["quantity"] = read_stock(cells.get("quantity", ""))
    day, problems["received_on"] = read_day(cells.get("received_on", ""))
    if texts["batch"] is None and any(cells.get(name) for name in _OF_BATCH):
        problems["batch"] = "is missing: cost, quantity and day are those of a batch"
    faults = tuple((name, words) for name, words in problems.items() if words)
    row = None if faults else CatalogueRow(**texts, unit_cost=cost, quantity=quantity, received_on=day)
    return ReadRow(line, cells, row, faults)


_TEXTS: dict[Field, f.Fault] = {
    "product": f.name_fault,
    "category": f.short_fault,
    "unit": f.unit_fault,
    "picture_url": f.picture_fault,
    "batch": f.short_fault,
}
_OF_BATCH: tuple[Field, ...] = ("unit_cost", "quantity", "received_on")


def _once(rows: Sequence[ReadRow]) -> Iterator[ReadRow]:
    """One batch, or product without a batch, stands in a list once; what rows say of one product is the same."""
    lines: dict[Any, int] = {}
    said: dict[str, tuple[CatalogueRow, int]] = {}
    for read in rows:
        if read.row is None:
            yield read
            continue
        earlier = lines.setdefault(read.row.key, read.line)
        if earlier != read.line:
            yield attrs.evolve(read, row=None, faults=(("batch", f"is the same batch as in line {earlier}"),))
            continue
        first, line = said.setdefault(read.row.key[0], (read.row, read.line))
        others = [name for name in ("category", "unit", "picture_url") if _differ(first, read.row, name)]
        faults: list[tuple[Field, str]] = [(_FIELD[name], f"is another one in line {line}") for name in others]
        yield attrs.evolve(read, row=None, faults=tuple(faults)) if faults else read


_FIELD: dict[str, Field] = {"category": "category", "unit": "unit", "picture_url": "picture_url"}


def _differ(one: CatalogueRow, other: CatalogueRow, name: str) -> bool:
    mine, theirs = getattr(one, name), getattr(other, name)
    return mine is not None and theirs is not None and mine != theirs


def _refused(message: str) -> InvalidInputError:
    return InvalidInputError(message, [FieldFault("list", message.rstrip("."))])
