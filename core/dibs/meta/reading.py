"""Reading what Meta sends without trusting it: each of these answers with something harmless and raises nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import orjson

from dibs.codec import parse_instant
from dibs.platforms import RefusedError

LONGEST_ID = 255
# Seconds in Meta's samples, milliseconds in practice: no other unit reaches this before the year 5138.
_MILLISECONDS_FROM = 10**11
_LATEST_SECONDS = 253_402_300_799


def parse_json(body: bytes | str) -> Any:
    """The value, or None if this is no JSON. Halves of surrogate pairs, which strict parsers refuse, are replaced."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        pass
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def as_mapping(value: Any) -> Mapping[str, Any]:
    """The object, or an empty one."""
    return value if isinstance(value, Mapping) else {}


def node_path(node_id: str, *edge: str) -> str:
    """The path of a node, or of an edge of it, whatever an id from outside holds.

    Raises:
        RefusedError: `gone`, for an id that can be none.
    """
    if not node_id.strip(". "):
        raise RefusedError("There is no such object at the platform.", "gone")
    return "/".join((quote(node_id, safe="", errors="replace"), *edge))


def as_list(value: Any) -> list[Any]:
    """The list, or an empty one."""
    return value if isinstance(value, list) else []


def as_text(value: Any) -> str:
    """The text with nothing in it that can't be stored; "" for everything else."""
    if not isinstance(value, str):
        return ""
    return (
        value.replace("\0", "").encode("utf-8", "replace").decode() if not value.isascii() or "\0" in value else value
    )


def as_id(value: Any) -> str:
    """An id, whole or not at all: ids are texts, but a number is understood."""
    if type(value) is int:
        return str(value)
    text = as_text(value).strip()
    return text if len(text) <= LONGEST_ID else ""


def as_number(value: Any) -> float | None:
    """A number that is not negative, also one written as a text."""
    try:
        number = float(value) if type(value) in (int, float, str) else None
    except (ValueError, OverflowError):
        return None
    return number if number is not None and 0 <= number < 1e18 else None


def as_instant(value: Any) -> datetime | None:
    """A time: ISO text with its offset (`+0000` too), or unix seconds or milliseconds as a number or as digits."""
    if isinstance(value, str) and not value.isdigit():
        try:
            return parse_instant(value).astimezone(UTC)
        except (ValueError, OverflowError):
            return None
    number = as_number(value)
    if not number or number >= _LATEST_SECONDS * 1000:
        return None
    return datetime.fromtimestamp(number / 1000 if number >= _MILLISECONDS_FROM else number, UTC)
