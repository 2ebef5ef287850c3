"""Workbooks, honest and hostile ones."""

import io
import struct
import zipfile
from collections.abc import Sequence
from typing import Any

import xlsxwriter


def workbook(*sheets: Sequence[Sequence[Any]]) -> bytes:
    """A workbook with these sheets, made by a program that spreadsheets trust."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        for rows in sheets:
            sheet = book.add_worksheet()
            for at, row in enumerate(rows):
                sheet.write_row(at, 0, row)
    return out.getvalue()


def archive(entries: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as made:
        for name, content in entries.items():
            made.writestr(name, content)
    return out.getvalue()


def parts(content: bytes) -> dict[str, bytes]:
    """What an archive holds."""
    with zipfile.ZipFile(io.BytesIO(content)) as found:
        return {name: found.read(name) for name in found.namelist()}


def lying_workbook(real_size: int) -> bytes:
    """A workbook whose sheet claims to be small and unpacks to `real_size`."""
    entries = parts(workbook([["code", "title"], ["1", "a"]]))
    honest = entries.pop("xl/worksheets/sheet1.xml")
    padded = honest + b" " * (real_size - len(honest))
    made = bytearray(archive(entries | {"xl/worksheets/sheet1.xml": padded}))
    claimed, true = struct.pack("<L", 2000), struct.pack("<L", len(padded))
    assert made.count(true) == 2  # in the local header and in the directory
    return bytes(made.replace(true, claimed))
