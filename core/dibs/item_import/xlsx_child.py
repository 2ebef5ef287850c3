"""Reads a workbook from standard input and writes its first sheet as JSON. Run by path, with limits on itself.

Imports nothing of Dibs: what opens a stranger's file knows nothing worth taking.
"""

from __future__ import annotations

import datetime
import json
import sys
import zipfile
import zlib
from contextlib import suppress
from io import BytesIO

_MEMORY, _CPU_SECONDS, _CHUNK, _MAX_COLUMNS = 1024**3, 15, 65536, 200


def main() -> None:
    """Answer `{"rows": [[number, cells]…], "sheets": n}` or `{"refused": why}`."""
    most_bytes, most_rows = int(sys.argv[1]), int(sys.argv[2])
    _limit()
    content = sys.stdin.buffer.read()
    answer = {"refused": "unpacked"} if _lies(content, most_bytes) else _read(content, most_rows)
    json.dump(answer, sys.stdout)


def _limit() -> None:
    with suppress(ImportError):
        import resource  # noqa: PLC0415 - Windows has none

        for what, most in ((resource.RLIMIT_AS, _MEMORY), (resource.RLIMIT_CPU, _CPU_SECONDS)):
            with suppress(OSError, ValueError):
                resource.setrlimit(what, (most, most))


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
    while packed and not inflate.eof and size <= entry.file_size:
        size += len(inflate.decompress(packed, _CHUNK))
        packed = inflate.unconsumed_tail
    return size


def _read(content: bytes, most_rows: int) -> dict[str, object]:
    from python_calamine import load_workbook  # noqa: PLC0415 - not before the limits hold

    workbook = load_workbook(BytesIO(content))
    if not workbook.sheet_names:
        return {"refused": "The workbook has no sheet."}
    sheet = workbook.get_sheet_by_index(0)
    first = sheet.start[0] if sheet.start else 0
    rows = []
    for number, cells in enumerate(sheet.to_python(skip_empty_area=True), first + 1):
        texts = [_text(cell) for cell in cells[:_MAX_COLUMNS]]
        if any(texts):
            rows.append([number, texts])
        if len(rows) > most_rows:
            break
    return {"rows": rows, "sheets": len(workbook.sheet_names)}


def _text(value: object) -> str:
    """A cell as a person sees it: 12.0 is 12."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return str(value)


if __name__ == "__main__":
    main()
