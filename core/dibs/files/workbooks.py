"""Excel workbooks, looked at from outside: what their directory claims. The child that reads them checks the claims."""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import Final

from dibs.files.kinds import refused

MAX_ENTRIES: Final = 1_000
MAX_RATIO: Final = 100
_STORED, _DEFLATED, _ENCRYPTED = 0, 8, 1
PACKED_TOO_WELL: Final = "The workbook is packed in a way that no spreadsheet program does. Save it again, or use CSV."


def check_workbook(content: bytes, most_unpacked: int) -> None:
    """Refuse, from the directory of the archive alone, what is no workbook or unpacks to too much.

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
    if unpacked > most_unpacked:
        raise refused(f"The workbook unpacks to more than {most_unpacked // 1024**2} MB.")
    if unpacked > MAX_RATIO * max(packed, 1) or any(
        e.file_size > MAX_RATIO * max(e.compress_size, 1) and e.file_size > 1024**2 for e in entries
    ):
        raise refused(PACKED_TOO_WELL)
    if any(e.flag_bits & _ENCRYPTED or e.compress_type not in (_STORED, _DEFLATED) for e in entries):
        raise refused("The workbook is protected by a password or packed in an unusual way.")
    names = {e.filename for e in entries}
    if "[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in names):
        raise refused("The file is an archive and no Excel workbook.")
