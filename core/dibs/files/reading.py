"""The table in a file, read in a process of its own with limits on memory and time."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import orjson

from dibs.files.kinds import refused
from dibs.models.files import Cell, FileRow, FileTable, UploadedFile

MAX_ROWS: Final = 20_000
MAX_UNPACKED: Final = 200 * 1024 * 1024
MAX_ENTRIES, MAX_RATIO = 1_000, 100
_SECONDS, _AT_ONCE = 60.0, 2
_CHILD = Path(__file__).with_name("child.py")
_turns = threading.BoundedSemaphore(_AT_ONCE)
_STORED, _DEFLATED, _ENCRYPTED = 0, 8, 1
_PACKED_TOO_WELL = "The workbook is packed in a way that no spreadsheet program does. Save it again, or use CSV."


def read_table(file: UploadedFile) -> FileTable:
    """The rows of a text, of a workbook's first sheet, or of the pages of a PDF. Blocks; two are read at a time.

    Raises:
        InvalidInputError: it can't be read, or not within the limits; the words name the row or the page.
    """
    if file.kind == "other":
        raise refused("The file is no table that can be read: save it as CSV, XLSX, or as a PDF with text in it.")
    if file.kind == "xlsx":
        _check_workbook(file.content)
    with _turns:
        answer = _in_child(file)
    if "refused" in answer:
        raise refused(_PACKED_TOO_WELL if answer["refused"] == "unpacked" else str(answer["refused"]))
    rows = tuple(_row(row) for row in answer["rows"])
    if not rows:
        raise refused("The file has no text in it. A PDF that was scanned is a picture: ask for one with text.")
    return FileTable(rows, file.kind != "pdf", tuple(answer["remarks"]))


def _in_child(file: UploadedFile) -> dict[str, Any]:
    command = [sys.executable, "-P", str(_CHILD), file.kind, str(MAX_UNPACKED), str(MAX_ROWS)]
    try:
        done = subprocess.run(
            command, input=file.content, capture_output=True, timeout=_SECONDS, check=False, env=_environment()
        )
    except subprocess.TimeoutExpired:
        raise refused("The file takes too long to read. Save the list as CSV.") from None
    if done.returncode != 0:
        raise refused("The file is damaged or needs too much to be read. Save it again, or as CSV.")
    found: dict[str, Any] = orjson.loads(done.stdout)
    return found


def _environment() -> dict[str, str]:
    """Nothing of this process, whose variables name the database and the secret key; Windows needs its own."""
    return {name: os.environ[name] for name in ("SYSTEMROOT", "SYSTEMDRIVE", "TEMP", "TMP") if name in os.environ}


def _row(row: Any) -> FileRow:
    page, line, cells = row
    return FileRow(page, line, tuple(Cell(text, start, end) for text, start, end in cells))


def _check_workbook(content: bytes) -> None:
    """Refuse from the directory alone what is no workbook or unpacks to too much; the child checks what it claims."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, RuntimeError, OSError):
        raise refused("The file is no Excel workbook, or is damaged.") from None
    if len(entries) > MAX_ENTRIES:
        raise refused(f"The workbook has more than {MAX_ENTRIES:,} parts.")
    unpacked, packed = sum(e.file_size for e in entries), sum(e.compress_size for e in entries)
    if unpacked > MAX_UNPACKED:
        raise refused(f"The workbook unpacks to more than {MAX_UNPACKED // 1024**2} MB.")
    if unpacked > MAX_RATIO * max(packed, 1):
        raise refused(_PACKED_TOO_WELL)
    if any(e.flag_bits & _ENCRYPTED or e.compress_type not in (_STORED, _DEFLATED) for e in entries):
        raise refused("The workbook is protected by a password or packed in an unusual way.")
    names = {e.filename for e in entries}
    if "[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in names):
        raise refused("The file is an archive and no Excel workbook.")
