"""Excel workbooks: texts are texts, numbers are numbers, and nothing is a formula."""

from __future__ import annotations

from collections.abc import Sequence
from typing import IO
from zoneinfo import ZoneInfo

import xlsxwriter

from dibs import InvalidInputError
from dibs.exports import ExportTable, Row
from dibs_export.cells import number, text

MAX_ROWS = 1_048_575
MAX_TEXT = 32_767
# Each row is written out when the next begins; no string is looked at as a formula, link or number.
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_NO_XML = dict.fromkeys((*range(0xD800, 0xE000), 0xFFFE, 0xFFFF), "\ufffd")


class XlsxFile:
    """Writes a table into a binary file as a workbook with one sheet."""

    media = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    ending = "xlsx"

    def __init__(self, file: IO[bytes], table: ExportTable, zone: ZoneInfo) -> None:
        self._table, self._zone = table, zone
        self._book = xlsxwriter.Workbook(file, _OPTIONS)
        self._sheet = self._book.add_worksheet(table.kind.title[:31].translate(str.maketrans("[]:*?/\\'", "        ")))
        self._money = self._book.add_format({"num_format": "0.00"})
        self._row = 0
        bold = self._book.add_format({"bold": True})
        for at, column in enumerate(table.header):
            self._sheet.set_column(at, at, 40 if column.name == "text" else max(12, len(column.name) + 2))
            self._sheet.write_string(0, at, column.name, bold)
        self._sheet.freeze_panes(1, 0)

    def write(self, rows: Sequence[Row]) -> None:
        """Add rows. Called in a thread.

        Raises:
            InvalidInputError: more rows than a sheet has.
        """
        if self._row + len(rows) > MAX_ROWS:
            raise InvalidInputError(f"A sheet has at most {MAX_ROWS:,} rows; export this as CSV.")
        for row in rows:
            self._row += 1
            self._write(self._table.cells(row))

    def close(self) -> None:
        """Put the workbook together."""
        self._book.close()

    def _write(self, cells: Sequence[object]) -> None:
        for at, (column, value) in enumerate(zip(self._table.header, cells, strict=True)):
            plain = number(column, value)
            if plain is None:
                words = text(value, self._zone)[:MAX_TEXT]
                words = words if words.isascii() else words.translate(_NO_XML)
                if words:
                    self._sheet.write_string(self._row, at, words)
            elif not -(10**15) < plain < 10**15:  # a spreadsheet would round it
                self._sheet.write_string(self._row, at, str(plain))
            else:
                form = self._money if column.type == "money" else None
                self._sheet.write_number(self._row, at, plain, form)
