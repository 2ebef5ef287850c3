"""How large an item list may be."""

from __future__ import annotations

from typing import Final

MAX_ITEMS: Final = 500
MAX_FILE_BYTES: Final = 5 * 1024 * 1024
MAX_TEXT_CHARS: Final = 400_000
MAX_COLUMNS: Final = 60
