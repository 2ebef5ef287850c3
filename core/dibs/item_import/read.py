"""From cells to items, row by row, with every fault."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Literal

import attrs

from dibs.errors import FieldFault, InvalidInputError
from dibs.item_import.columns import columns_by_name, columns_by_order, is_header, recognised
from dibs.item_import.limits import MAX_COLUMNS, MAX_ITEMS, MAX_TEXT_CHARS
from dibs.item_import.numbers import read_price, read_quantity
from dibs.item_import.table import Column, Field, ItemTable, Row, RowFault
from dibs.models.cells import unguard
from dibs.models.items import NewItem, item_number_fault, title_fault, variant_fault

DELIMITERS = "\t;,|"
_LOOKED_AT = 20

# The line on which a record begins, and its cells.
Record = tuple[int, Sequence[str]]


def read_items_text(text: str) -> ItemTable:
    """An item list from CSV or from cells that were pasted; tab, semicolon, comma or bar between the cells.

    Raises:
        InvalidInputError: there is no row, there are too many, or a header without a column for the item number.
    """
    return read_rows(read_records(text))


def read_rows(records: Sequence[Record], remarks: Sequence[str] = ()) -> ItemTable:
    """An item list from cells, its first row a header or not.

    Raises:
        InvalidInputError: see `read_items_text`.
    """
    rows = [(line, [cell.strip() for cell in cells]) for line, cells in records if any(c.strip() for c in cells)]
    if not rows:
        raise _refused("The list has no rows.")
    named = is_header(rows[0][1])
    columns = _columns(rows, named)
    body = rows[1:] if named else rows
    if not body:
        raise _refused("The list has a header and no item below it.")
    if len(body) > MAX_ITEMS:
        raise _refused(f"The list has {len(body):,} items; at most {MAX_ITEMS} can be added at once.")
    read = [_row(line, cells, columns) for line, cells in body]
    return ItemTable(columns, _without_repeats(read), named, (*remarks, *_remarks(columns, named)))


def read_records(text: str) -> list[Record]:
    """The records of a text, cut at the delimiter that makes most sense of the first ones.

    Raises:
        InvalidInputError: the text is too long, or no table.
    """
    if len(text) > MAX_TEXT_CHARS:
        raise _refused(f"The list is longer than {MAX_TEXT_CHARS:,} characters.")
    text = text.removeprefix("\ufeff").replace("\0", "")
    best = max(DELIMITERS, key=lambda delimiter: _quality(_parse(text, delimiter, _LOOKED_AT)))
    return _parse(text, best, MAX_ITEMS * 4)


def _parse(text: str, delimiter: str, most: int) -> list[Record]:
    """The records of a text; if a quotation mark is never closed, quotation marks are letters like others."""
    try:
        return list(islice(_split(text, delimiter, csv.QUOTE_MINIMAL), most))
    except csv.Error:
        pass
    try:
        return list(islice(_split(text, delimiter, csv.QUOTE_NONE), most))
    except csv.Error as error:
        raise _refused(f"The list can't be read as a table ({error}).") from None


def _split(text: str, delimiter: str, quoting: Literal[0, 3]) -> Iterator[Record]:
    strict = quoting == csv.QUOTE_MINIMAL
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, quoting=quoting, strict=strict)
    line = 1
    for cells in reader:
        yield line, cells
        line = reader.line_num + 1


def _quality(records: Sequence[Record]) -> tuple[int, float, int]:
    """How much sense a delimiter makes: names of columns, rows of one width, and how wide they are."""
    widths = [len(cells) for _, cells in records if any(cells)]
    if not widths:
        return (0, 0.0, 0)
    usual = max(set(widths), key=widths.count)
    if usual == 1:
        return (recognised(records[0][1]) if len(records[0][1]) == 1 else 0, 0.0, 1)
    return (recognised(records[0][1]), round(widths.count(usual) / len(widths), 1), usual)


def _columns(rows: Sequence[Record], named: bool) -> tuple[Column, ...]:
    width = max(len(cells) for _, cells in rows)
    if width > MAX_COLUMNS:
        raise _refused(f"The list has {width} columns; at most {MAX_COLUMNS} are read.")
    if not named:
        fourth = [cells[3] for _, cells in rows if len(cells) == 4 and cells[3]]
        return columns_by_order(width, all(read_price(cell)[1] is None for cell in fourth))
    columns = columns_by_name([*rows[0][1], *[""] * (width - len(rows[0][1]))])
    if "item_number" not in [column.field for column in columns]:
        known = ", ".join(repr(c.header[:40]) for c in columns if c.field)
        raise _refused(f"No column is the item number. Call one “item number” or “code”; understood were: {known}.")
    return columns


def _row(line: int, texts: Sequence[str], columns: Sequence[Column]) -> Row:
    cells: dict[Field, str] = {c.field: unguard(text) for c, text in zip(columns, texts, strict=False) if c.field}
    number, title = cells.get("item_number", ""), cells.get("title", "")
    variant = cells.get("variant") or None
    counted = any(column.field == "quantity" for column in columns)
    quantity, quantity_problem = read_quantity(cells.get("quantity", "")) if counted else (1, None)
    price, price_problem = read_price(cells.get("price", ""))
    problems: dict[Field, str | None] = {
        "item_number": _number_fault(number, columns),
        "title": title_fault(title),
        "quantity": quantity_problem,
        "variant": variant_fault(variant),
        "price": price_problem,
    }
    faults = tuple(RowFault(field, problem) for field, problem in problems.items() if problem)
    return Row(line, cells, None if faults else NewItem(number, title, quantity, variant, price), faults)


def _number_fault(number: str, columns: Sequence[Column]) -> str | None:
    if len(columns) == 1 and len(number.split()) > 1:
        return "is more than a number: put a tab, a comma or a semicolon between the columns"
    return item_number_fault(number)


def _without_repeats(rows: Sequence[Row]) -> tuple[Row, ...]:
    seen: dict[tuple[str, str], int] = {}
    kept: list[Row] = []
    for row in rows:
        earlier = seen.setdefault(row.item.key, row.line) if row.item else row.line
        if earlier != row.line:
            fault = RowFault("item_number", f"is the same item as line {earlier}")
            row = attrs.evolve(row, item=None, faults=(fault,))  # noqa: PLW2901 - the row as it is kept
        kept.append(row)
    return tuple(kept)


def _remarks(columns: Sequence[Column], named: bool) -> Iterator[str]:
    fields = {column.field for column in columns}
    unknown = ", ".join(repr(c.header[:40]) for c in columns if c.field is None and c.header)
    if unknown:
        yield f"Left out, as not understood: {unknown}."
    if not named:
        yield "The list has no header; the columns were taken in their usual order."
    if "quantity" not in fields:
        yield "The list has no column for the quantity; each item is there once."


def _refused(message: str) -> InvalidInputError:
    return InvalidInputError(message, [FieldFault("list", message.rstrip("."))])
