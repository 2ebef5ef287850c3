"""Excel workbooks as lists of items: read as every file of strangers is, within the limits of such a list."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, Final

from dibs.files import workbooks
from dibs.files.reading import rows_in_child
from dibs.item_import.limits import MAX_ITEMS
from dibs.item_import.read import Record

MAX_UNPACKED: Final = 50 * 1024 * 1024
_SECONDS = 20.0


async def read_xlsx(content: bytes) -> tuple[list[Record], tuple[str, ...]]:
    """The rows of the first sheet as texts, and what is worth knowing. Two files are read at a time, others wait.

    Raises:
        InvalidInputError: it is no workbook, unpacks to too much, or can't be read in time.
    """
    check_workbook(content)
    answer = await asyncio.to_thread(rows_in_child, "xlsx", content, MAX_UNPACKED, MAX_ITEMS + 2, _SECONDS)
    rows = answer["rows"]
    width = max((start + 1 for _, _, cells in rows for _, start, _ in cells), default=0)
    return [(line, _filled(cells, width)) for _, line, cells in rows], tuple(answer["remarks"])


def _filled(cells: Sequence[Any], width: int) -> list[str]:
    texts = [""] * width
    for text, start, _ in cells:
        texts[start] = text
    return texts


def check_workbook(content: bytes) -> None:
    """Refuse, from its directory alone, what is no workbook or unpacks to too much. Raises `InvalidInputError`."""
    workbooks.check_workbook(content, MAX_UNPACKED)
