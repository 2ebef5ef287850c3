"""Excel workbooks: looked at from outside first, then opened in a process of their own that may not grow."""

from __future__ import annotations

import asyncio
import sys
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Final
from weakref import WeakKeyDictionary

import orjson

from dibs.item_import.files import refused
from dibs.item_import.limits import MAX_ITEMS
from dibs.item_import.read import Record

MAX_ENTRIES: Final = 1_000
MAX_UNPACKED: Final = 50 * 1024 * 1024
MAX_RATIO: Final = 100
_SECONDS = 20.0
_AT_ONCE = 2
_turns: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()
_CHILD = Path(__file__).with_name("xlsx_child.py")
_STORED, _DEFLATED, _ENCRYPTED = 0, 8, 1
_PACKED_TOO_WELL = "The workbook is packed in a way that no spreadsheet program does. Save it again, or use .csv."


async def read_xlsx(content: bytes) -> tuple[list[Record], tuple[str, ...]]:
    """The rows of the first sheet as texts, and what is worth knowing. Two are read at a time, others wait.

    Raises:
        InvalidInputError: it is no workbook, unpacks to too much, or can't be read in time.
    """
    check_workbook(content)
    async with _turns.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(_AT_ONCE)):
        return await _read_in_child(content)


async def _read_in_child(content: bytes) -> tuple[list[Record], tuple[str, ...]]:
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-P",
        str(_CHILD),
        str(MAX_UNPACKED),
        str(MAX_ITEMS + 2),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(_SECONDS):
            out, _ = await child.communicate(content)
    except TimeoutError:
        raise refused("The workbook takes too long to read. Save the list as .csv.") from None
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    if child.returncode != 0:
        raise refused("The workbook can't be read. Save it again as .xlsx, or as .csv.")
    return _answer(orjson.loads(out))


def _answer(answer: dict[str, object]) -> tuple[list[Record], tuple[str, ...]]:
    if "refused" in answer:
        raise refused(_PACKED_TOO_WELL if answer["refused"] == "unpacked" else str(answer["refused"]))
    rows, sheets = answer["rows"], answer["sheets"]
    assert isinstance(rows, list) and isinstance(sheets, int)
    more = (f"The workbook has {sheets} sheets; the first one was read.",) if sheets > 1 else ()
    return [(number, cells) for number, cells in rows], more


def check_workbook(content: bytes) -> None:
    """Refuse, from the directory of the archive alone, what is no workbook or unpacks to too much.

    What the directory claims is checked against the content itself in the child.

    Raises:
        InvalidInputError
    """
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
    if unpacked > MAX_RATIO * max(packed, 1) or any(
        e.file_size > MAX_RATIO * max(e.compress_size, 1) and e.file_size > 1024**2 for e in entries
    ):
        raise refused(_PACKED_TOO_WELL)
    if any(e.flag_bits & _ENCRYPTED or e.compress_type not in (_STORED, _DEFLATED) for e in entries):
        raise refused("The workbook is protected by a password or packed in an unusual way.")
    names = {e.filename for e in entries}
    if "[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in names):
        raise refused("The file is an archive and no Excel workbook.")
