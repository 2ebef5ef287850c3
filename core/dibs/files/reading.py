"""The table in a file, read in a process of its own with limits on memory and time."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any, Final

import orjson

from dibs.files.kinds import refused
from dibs.files.workbooks import PACKED_TOO_WELL, check_workbook
from dibs.models.files import Cell, FileKind, FileRow, FileTable, UploadedFile

MAX_ROWS: Final = 20_000
MAX_UNPACKED: Final = 200 * 1024 * 1024
_SECONDS, _AT_ONCE = 60.0, 2
_CHILD = Path(__file__).with_name("child.py")
_turns = threading.BoundedSemaphore(_AT_ONCE)


def read_table(file: UploadedFile) -> FileTable:
    """The rows of a text, of a workbook's first sheet, or of the pages of a PDF. Blocks; two are read at a time.

    Raises:
        InvalidInputError: it can't be read, or not within the limits; the words name the row or the page.
    """
    if file.kind == "other":
        raise refused("The file is no table that can be read: save it as CSV, XLSX, or as a PDF with text in it.")
    if file.kind == "xlsx":
        check_workbook(file.content, MAX_UNPACKED)
    answer = rows_in_child(file.kind, file.content, MAX_UNPACKED, MAX_ROWS, _SECONDS)
    rows = tuple(_row(row) for row in answer["rows"])
    if not rows:
        raise refused("The file has no text in it. A PDF that was scanned is a picture: ask for one with text.")
    return FileTable(rows, file.kind != "pdf", tuple(answer["remarks"]))


def rows_in_child(kind: FileKind, content: bytes, most_unpacked: int, most_rows: int, seconds: float) -> dict[str, Any]:
    """`rows` (page, line, cells) and `remarks` of a file, from a process with limits. Blocks; two are read at a time.

    Raises:
        InvalidInputError: it can't be read, or not within the limits.
    """
    command = [sys.executable, "-P", str(_CHILD), kind, str(most_unpacked), str(most_rows)]
    with _turns:
        try:
            done = subprocess.run(
                command, input=content, capture_output=True, timeout=seconds, check=False, env=_environment()
            )
        except subprocess.TimeoutExpired:
            raise refused("The file takes too long to read. Save the list as CSV.") from None
    if done.returncode != 0:
        raise refused("The file can't be read: it is damaged or needs too much. Save it again, or as CSV.")
    answer: dict[str, Any] = orjson.loads(done.stdout)
    if "refused" in answer:
        raise refused(PACKED_TOO_WELL if answer["refused"] == "unpacked" else str(answer["refused"]))
    return answer


def _environment() -> dict[str, str]:
    """Nothing of this process, whose variables name the database and the secret key; Windows needs its own."""
    return {name: os.environ[name] for name in ("SYSTEMROOT", "SYSTEMDRIVE", "TEMP", "TMP") if name in os.environ}


def _row(row: Any) -> FileRow:
    page, line, cells = row
    return FileRow(page, line, tuple(Cell(text, start, end) for text, start, end in cells))
