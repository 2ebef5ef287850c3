"""Requests with a larger body than the rest of the API takes: those that carry a file, and deliveries of platforms."""

from __future__ import annotations

import re
from typing import Any, Final

from quart import Request

from dibs.item_import import MAX_FILE_BYTES

MAX_WEBHOOK_BYTES: Final = 8 * 1024 * 1024
"""A thousand comments of the longest kind, every character escaped."""
_AROUND_THE_FILE = 64 * 1024
_LARGER: list[tuple[re.Pattern[str], int]] = [
    (re.compile(r"/api/shows/[0-9a-fA-F-]{32,36}/items/import"), MAX_FILE_BYTES + _AROUND_THE_FILE),
    (re.compile(r"/(api/products|catalogue)/import"), MAX_FILE_BYTES + _AROUND_THE_FILE),
    (re.compile(r"/webhooks/[^/]+"), MAX_WEBHOOK_BYTES),
]


def allow_upload(path: str, most: int) -> None:
    """Let a POST to a path carry a file of at most so many bytes. Said once, beside the blueprint with its route.

    :param path: the whole path as a regular expression.
    """
    known = (re.compile(path), most + _AROUND_THE_FILE)
    if known not in _LARGER:
        _LARGER.append(known)


class UploadRequest(Request):
    """A request whose limit depends on its path."""

    def __init__(self, method: str, scheme: str, path: str, *args: Any, **more: Any) -> None:
        limit = next((most for pattern, most in _LARGER if method == "POST" and pattern.fullmatch(path)), None)
        if limit is not None:
            more["max_content_length"] = self.max_content_length = limit
        super().__init__(method, scheme, path, *args, **more)
