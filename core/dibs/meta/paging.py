"""Where an edge goes on. Cursors are rebuilt into requests; `next` itself holds the token and is never followed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from dibs.meta.reading import as_mapping, as_text


def next_cursor(answer: Mapping[str, Any]) -> str | None:
    """The cursor of the page behind this one, None if it is the last: a page tells by `next`, not by its length."""
    paging = as_mapping(answer.get("paging"))
    following = as_text(paging.get("next"))
    if not following:
        return None
    cursor = as_text(as_mapping(paging.get("cursors")).get("after"))
    return cursor or _in_address(following)


def _in_address(address: str) -> str | None:
    try:
        return parse_qs(urlsplit(address).query).get("after", [None])[0]
    except ValueError:
        return None
