"""CSV by RFC 4180: CRLF, quoted cells, UTF-8, and no cell that a spreadsheet could run."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from decimal import Decimal
from typing import IO, Any
from zoneinfo import ZoneInfo

from dibs.exports import ExportTable, Row, guard
from dibs.money import quantity_text
from dibs_export.cells import number, text

BOM = "\ufeff"


class CsvFile:
    """Writes a table into a binary file. Every cell is quoted, so that no separator is seen within a text."""

    media = "text/csv; charset=utf-8"
    ending = "csv"

    def __init__(self, file: IO[bytes], table: ExportTable, zone: ZoneInfo, *, bom: bool = False) -> None:
        self._file, self._table, self._zone = file, table, zone
        self._text = io.StringIO(newline="")
        self._writer = csv.writer(self._text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
        self._text.write(BOM if bom else "")
        self._writer.writerow([column.name for column in table.header])

    def write(self, rows: Sequence[Row]) -> None:
        """Add rows. Called in a thread."""
        header = self._table.header
        for row in rows:
            cells = zip(header, self._table.cells(row), strict=True)
            self._writer.writerow([self._cell(column, value) for column, value in cells])
        self._flush()

    def close(self) -> None:
        """Write what is left."""
        self._flush()

    def _cell(self, column: Any, value: Any) -> str:
        plain = number(column, value)
        if plain is not None and column.type == "quantity":
            return quantity_text(Decimal(plain))
        return guard(text(value, self._zone)) if plain is None else f"{plain:f}" if plain % 1 else str(plain)

    def _flush(self) -> None:
        # A plugin's text may hold half a character, which no file can.
        self._file.write(self._text.getvalue().encode("utf-8", "replace"))
        self._text.seek(0)
        self._text.truncate()
