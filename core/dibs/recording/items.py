"""Reading an item list. All or nothing: a sale with half of its items is worse than none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import attrs

from dibs.errors import FieldFault, InvalidInputError
from dibs.models.cells import unguard
from dibs.models.items import (
    MAX_QUANTITY,
    NewItem,
    item_number_fault,
    price_fault,
    quantity_fault,
    title_fault,
    variant_fault,
)
from dibs.recording.model import LineProblem
from dibs.recording.source import Source, cut_lines
from dibs.recording.table import Record, find_columns, read_records

MAX_ITEMS_BYTES = 32 * 1024 * 1024
COLUMNS = {name: name for name in ("item_number", "title", "quantity", "variant", "price")}
_REQUIRED = ("item_number", "title", "quantity")
_WHOLE = re.compile(r"[0-9]{1,9}(\.0+)?")
_MONEY = re.compile(r"[0-9]{1,15}(\.[0-9]{1,9})?")


@attrs.frozen
class ItemList:
    """The items in the order of the file. `problems` are harmless: columns that were not understood."""

    items: tuple[NewItem, ...]
    problems: tuple[LineProblem, ...] = ()


def read_items(path: Path) -> ItemList:
    """Read CSV with the columns `item_number,title,quantity[,variant][,price]` in any order.

    Raises:
        InvalidInputError: the file can't be read, or a line is faulty; each faulty line and column is named.
    """
    source = Source(path, lambda why: InvalidInputError(f"The item list {str(path)!r} {why}."), limit=MAX_ITEMS_BYTES)
    lines = cut_lines(source.chunks())
    delimiter, columns, remarks = _header(lines, path)
    reader = _Reader(columns)
    for record in read_records(lines, delimiter):
        reader.take(record)
    if not reader.faults and not reader.items:
        reader.faults.append(FieldFault("line 2", "the list has a header but no item"))
    if reader.faults:
        raise _unusable(path, reader.faults)
    return ItemList(tuple(reader.items), remarks)


def _unusable(path: Path, faults: list[FieldFault]) -> InvalidInputError:
    first = f"{faults[0].path}: {faults[0].problem}"
    rest = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
    return InvalidInputError(f"The item list {str(path)!r} can't be used: {first}{rest}.", faults)


def _header(
    lines: Iterator[tuple[int, bytes | None]], path: Path
) -> tuple[str, list[str | None], tuple[LineProblem, ...]]:
    number, text = _first_words(lines)
    delimiter, columns, words = find_columns(text, COLUMNS)
    faults = [
        FieldFault(f"line {number}, {name}", problem)
        for name in COLUMNS
        if (problem := _column_fault(name, columns.count(name)))
    ]
    if faults:
        raise _unusable(path, faults)
    unknown = [word for word, column in zip(words, columns, strict=True) if column is None and word]
    remarks = (LineProblem(number, f"column {word[:40]!r} is not known and was left out") for word in unknown)
    return delimiter, columns, tuple(remarks)


def _first_words(lines: Iterator[tuple[int, bytes | None]]) -> tuple[int, str]:
    for number, line in lines:
        text = (line or b"").decode("utf-8", "replace").strip("\r\0")
        if text.strip():
            return number, text
    return 1, ""


def _column_fault(name: str, times: int) -> str | None:
    if times > 1:
        return "the column is there twice"
    return "the column is missing" if name in _REQUIRED and not times else None


class _Reader:
    """Turns records into items and gathers every fault."""

    def __init__(self, columns: list[str | None]) -> None:
        self._columns = columns
        self._seen: dict[tuple[str, str], int] = {}
        self.items: list[NewItem] = []
        self.faults: list[FieldFault] = []

    def take(self, record: Record | LineProblem) -> None:
        """Read one record."""
        if isinstance(record, LineProblem):
            self.faults.append(FieldFault(f"line {record.line}", record.reason))
            return
        if len(record.cells) > len(self._columns):
            wide = f"has {len(record.cells)} cells where the header has {len(self._columns)}"
            self.faults.append(FieldFault(f"line {record.line}", wide))
            return
        item = self._item(record)
        if item is None:
            return
        earlier = self._seen.setdefault(item.key, record.line)
        if earlier != record.line:
            self.faults.append(FieldFault(f"line {record.line}, item_number", f"is the same item as line {earlier}"))
            return
        self.items.append(item)

    def _item(self, record: Record) -> NewItem | None:
        cells = {name: unguard(cell.strip()) for name, cell in zip(self._columns, record.cells, strict=False) if name}
        number, title = cells.get("item_number", ""), cells.get("title", "")
        variant = cells.get("variant") or None
        quantity, quantity_problem = _quantity(cells.get("quantity", ""))
        price, price_problem = _price(cells.get("price", ""))
        faults = {
            "item_number": item_number_fault(number),
            "title": title_fault(title),
            "quantity": quantity_problem or quantity_fault(quantity),
            "variant": variant_fault(variant),
            "price": price_problem or price_fault(price),
        }
        found = [FieldFault(f"line {record.line}, {name}", problem) for name, problem in faults.items() if problem]
        self.faults.extend(found)
        return None if found else NewItem(number, title, quantity, variant, price)


def _quantity(cell: str) -> tuple[int, str | None]:
    if _WHOLE.fullmatch(cell):
        return int(cell.partition(".")[0]), None
    return 0, f"must be a whole number from 0 to {MAX_QUANTITY:,}, not {cell[:40]!r}"


def _price(cell: str) -> tuple[Decimal | None, str | None]:
    if not cell:
        return None, None
    if _MONEY.fullmatch(cell):
        return Decimal(cell), None
    return None, f"must be a number from 0 with at most two decimal places, such as 12.50, not {cell[:40]!r}"
