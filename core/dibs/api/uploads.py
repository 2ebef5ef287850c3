"""Requests that may carry a file: the only ones with a larger body than the rest of the API takes."""

from __future__ import annotations

import re
from typing import Any

from quart import Request

from dibs.item_import import MAX_FILE_BYTES

_TAKES_FILES = re.compile(r"/api/shows/[0-9a-fA-F-]{32,36}/items/import")
_AROUND_THE_FILE = 64 * 1024


class UploadRequest(Request):
    """A request whose limit depends on its path."""

    def __init__(self, method: str, scheme: str, path: str, *args: Any, **more: Any) -> None:
        if method == "POST" and _TAKES_FILES.fullmatch(path):
            more["max_content_length"] = self.max_content_length = MAX_FILE_BYTES + _AROUND_THE_FILE
        super().__init__(method, scheme, path, *args, **more)
