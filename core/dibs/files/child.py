"""Reads a file from standard input and writes its rows as JSON. Run by path, with limits on itself.

Imports nothing of Dibs: what opens a stranger's file knows nothing worth taking.
"""

from __future__ import annotations

import csv
import datetime
import io
import json
import logging
import re
import sys
import zipfile
import zlib
from contextlib import suppress
from io import BytesIO
from itertools import islice
from typing import Any

_MEMORY, _CPU_SECONDS, _CHUNK, _MAX_COLUMNS = 1536 * 1024**2, 45, 65536, 200
_MOST_PAGES, _MOST_CHARS = 500, 2_000
_MOST_TEXT = 20_000_000  # characters in all cells: a small workbook can name one long text a million times
_DELIMITERS = "\t;,|"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


class RefusedError(Exception):
    """What is told to whoever sent the file."""


def main() -> None:
    """Answer `{"rows": [[page, line, [[text, start, end]…]]…], "remarks": […]}` or `{"refused": why}`."""
    kind, most_bytes, most_rows = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    _limit()
    content = sys.stdin.buffer.read()
    try:
        answer = {"text": _text_rows, "xlsx": _sheet_rows, "pdf": _pdf_rows}[kind](content, most_bytes, most_rows)
        if _length(answer["rows"]) > _MOST_TEXT:
            raise RefusedError(f"The file has more than {_MOST_TEXT:,} characters; import it in parts.")
    except RefusedError as error:
        answer = {"refused": str(error)}
    json.dump(answer, sys.stdout)


def _length(rows: Any) -> int:
    return sum(len(cell[0]) for _page, _line, cells in rows for cell in cells)


def _limit() -> None:
    with suppress(ImportError):
        import resource  # noqa: PLC0415 - Windows has none

        for what, most in (
            (resource.RLIMIT_AS, _MEMORY),
            (resource.RLIMIT_CPU, _CPU_SECONDS),
            (resource.RLIMIT_FSIZE, 0),
        ):
            with suppress(OSError, ValueError):
                resource.setrlimit(what, (most, most))


def _cells(texts: list[str]) -> list[list[object]]:
    kept = [" ".join(text[:_MOST_CHARS].replace("\0", "").split()) for text in texts[:_MAX_COLUMNS]]
    return [[text, number, number + 1] for number, text in enumerate(kept) if text]


def _too_many(most: int) -> RefusedError:
    return RefusedError(f"The file has more than {most:,} rows; import it in parts.")


# --- text ----------------------------------------------------------------------------------------------------------


def _text_rows(content: bytes, _: int, most: int) -> dict[str, object]:
    text, remarks = _decoded(content)
    head = text[:_CHUNK]
    best = max(_DELIMITERS, key=lambda sign: _quality(head, sign))
    rows: list[object] = []
    line = 1
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=best)
    try:
        for record in reader:
            cells = _cells(record)
            if cells:
                rows.append([0, line, cells])
            if len(rows) > most:
                raise _too_many(most)
            line = reader.line_num + 1
    except csv.Error as error:
        words = "a quotation mark is not closed, or a cell is too long"
        raise RefusedError(f"Row {line} can't be read: {words}.") from error
    return {"rows": rows, "remarks": remarks}


def _decoded(content: bytes) -> tuple[str, list[str]]:
    if content.startswith(_UTF16):
        return content.decode("utf-16", "replace"), []
    if b"\0" in content:
        row = content[: content.index(b"\0")].count(b"\n") + 1
        raise RefusedError(f"Row {row} holds bytes that no text has: the file is damaged.")
    try:
        return content.decode("utf-8-sig"), []
    except UnicodeDecodeError:
        words = "The file is not UTF-8 and was read as Windows-1252: check the accents."
        return content.decode("cp1252", "replace"), [words]


def _quality(text: str, sign: str) -> tuple[float, int]:
    """How much sense a delimiter makes: how many rows have the usual width, and how wide that is."""
    with suppress(csv.Error):
        records = islice(csv.reader(io.StringIO(text), delimiter=sign), 40)
        widths = [len(row) for row in records if any(row)]
        wide = [width for width in widths if width > 1]
        if wide:
            usual = max(set(wide), key=wide.count)
            return wide.count(usual) / len(widths), usual
    return 0.0, 1


# --- workbooks -----------------------------------------------------------------------------------------------------


def _sheet_rows(content: bytes, most_bytes: int, most: int) -> dict[str, object]:
    if _lies(content, most_bytes):
        raise RefusedError("unpacked")
    from python_calamine import load_workbook  # noqa: PLC0415 - not before the limits hold

    try:
        workbook = load_workbook(BytesIO(content))
        sheet = workbook.get_sheet_by_index(0)
        table = sheet.to_python(skip_empty_area=True)
    except MemoryError:
        raise
    except Exception as error:
        raise RefusedError(f"The workbook can't be read, it is damaged: {str(error)[:120]}.") from error
    first = sheet.start[0] if sheet.start else 0
    rows: list[object] = []
    for number, record in enumerate(table, first + 1):
        cells = _cells([_text(cell) for cell in record])
        if cells:
            rows.append([0, number, cells])
        if len(rows) > most:
            raise _too_many(most)
    sheets = len(workbook.sheet_names)
    more = [f"The workbook has {sheets} sheets; the first one was read."] if sheets > 1 else []
    return {"rows": rows, "remarks": more}


def _text(value: object) -> str:
    """A cell as a person sees it: 12.0 is 12. A formula is the value that its program left."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(round(value, 6))
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat()
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return str(value)


def _lies(content: bytes, most: int) -> bool:
    """Whether the entries unpack to more than the directory says, or than is allowed."""
    total = 0
    with zipfile.ZipFile(BytesIO(content)) as archive:
        for entry in archive.infolist():
            size = _unpacked_size(content, entry)
            total += size
            if size > entry.file_size or total > most:
                return True
    return False


def _unpacked_size(content: bytes, entry: zipfile.ZipInfo) -> int:
    """What an entry really unpacks to; stops soon behind what it claims."""
    at = entry.header_offset
    start = at + 30 + int.from_bytes(content[at + 26 : at + 28], "little")
    start += int.from_bytes(content[at + 28 : at + 30], "little")
    packed = content[start : start + entry.compress_size]
    if entry.compress_type == zipfile.ZIP_STORED:
        return len(packed)
    inflate, size = zlib.decompressobj(-15), 0
    with suppress(zlib.error):
        while packed and not inflate.eof and size <= entry.file_size:
            size += len(inflate.decompress(packed, _CHUNK))
            packed = inflate.unconsumed_tail
    return size


# --- PDF -----------------------------------------------------------------------------------------------------------


def _pdf_rows(content: bytes, _: int, most: int) -> dict[str, object]:
    from pypdf import PdfReader  # noqa: PLC0415 - not before the limits hold

    logging.disable(logging.CRITICAL)
    try:
        reader = PdfReader(BytesIO(content))
        if reader.is_encrypted and not reader.decrypt(""):
            raise RefusedError("The PDF is protected by a password. Ask for one without.")
        pages = len(reader.pages)
    except (MemoryError, RefusedError):
        raise
    except Exception as error:
        raise RefusedError("The PDF is damaged: its pages can't be found.") from error
    if pages > _MOST_PAGES:
        raise RefusedError(f"The PDF has more than {_MOST_PAGES} pages.")
    rows: list[object] = []
    remarks = []
    for number in range(pages):
        try:
            text = reader.pages[number].extract_text(extraction_mode="layout", layout_mode_space_vertically=False)
        except MemoryError:
            raise
        except Exception as error:
            raise RefusedError(f"Page {number + 1} of the PDF is damaged and can't be read.") from error
        found = _page_rows(number + 1, text)
        if not found:
            remarks.append(f"Page {number + 1} has no text in it: it is a picture, or damaged.")
        rows += found
        if len(rows) > most:
            raise _too_many(most)
    return {"rows": rows, "remarks": remarks}


def _page_rows(page: int, text: str) -> list[object]:
    """The lines of a page; what stands two spaces apart are different cells."""
    found: list[object] = []
    for number, line in enumerate(text.splitlines(), 1):
        pieces = re.finditer(r"\S+(?: \S+)*", line[: _MOST_CHARS * 4].replace("\0", ""))
        cells = [[piece[0][:_MOST_CHARS], piece.start(), piece.end()] for piece in pieces][:_MAX_COLUMNS]
        if cells:
            found.append([page, number, cells])
    return found


if __name__ == "__main__":
    main()
