"""A JSON array read entry by entry, so that a damaged entry or a torn end costs only itself."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from dibs.recording.json_entries import read_entry
from dibs.recording.model import MAX_LINE_BYTES, NOT_UTF8, TOO_LONG, BadLineError, LineProblem, Outcome
from dibs.recording.values import Authors

_DECODER = json.JSONDecoder(strict=False)
_USUAL_SIZE = 4096
_DAMAGED = object()
_GAP = re.compile(r"[\s,\0]*")
_TOKEN = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)|[{}\[\]]', re.DOTALL)
_BARE_END = re.compile(r"[,\]]")
_ESCAPED_BYTE = re.compile("[\udc80-\udcff]")
_TORN = "is not JSON and its end can't be found, so nothing after it was read"


def read_json_array(content: bytes) -> Iterator[Outcome]:
    """The comments of an array of objects; `line` counts the entries from 1."""
    text = content.decode("utf-8", "surrogateescape")
    authors, number, damaged = Authors(), 0, not _is_utf8(text)
    place = text.index("[") + 1
    while True:
        start = _after_gap(text, place)
        if start >= len(text) or text[start] == "]":
            return
        number += 1
        value, end = _decode(text, start)
        if end is None:
            yield LineProblem(number, _TORN)
            return
        yield _outcome(number, value, authors, text[start:end] if damaged else "", end - start)
        place = end


def _decode(text: str, start: int) -> tuple[object, int | None]:
    """The value that begins at `start` (or `_DAMAGED`) and where it ends (None if that can't be found).

    Decoding works on a short piece, as an error in a long text costs the decoder a walk through all of it.
    """
    try:
        value, size = _DECODER.raw_decode(text[start : start + _USUAL_SIZE])
        return value, start + size
    except (ValueError, RecursionError):
        end = _end_of_entry(text, start)
    if end is None:
        return _DAMAGED, None
    try:
        return _DECODER.decode(text[start:end]), end
    except (ValueError, RecursionError):
        return _DAMAGED, end


def _outcome(number: int, value: object, authors: Authors, raw: str, size: int) -> Outcome:
    if size > MAX_LINE_BYTES:
        return LineProblem(number, TOO_LONG)
    if value is _DAMAGED:
        return LineProblem(number, "is not JSON")
    if raw and _ESCAPED_BYTE.search(raw):
        return LineProblem(number, NOT_UTF8)
    try:
        return read_entry(number, value, authors)
    except BadLineError as problem:
        return LineProblem(number, str(problem))


def _after_gap(text: str, place: int) -> int:
    match = _GAP.match(text, place)
    return match.end() if match else place


def _is_utf8(text: str) -> bool:
    return text.isascii() or not _ESCAPED_BYTE.search(text)


def _end_of_entry(text: str, start: int) -> int | None:
    """Where the brackets opened at `start` are closed again, or the next comma or `]` of a bare value."""
    if text[start] not in "{[":
        match = _BARE_END.search(text, start)
        return match.start() if match and match.start() > start else None
    depth = 0
    for token in _TOKEN.finditer(text, start):
        depth += {"{": 1, "[": 1, "}": -1, "]": -1}.get(token.group(), 0)
        if depth == 0:
            return token.end()
    return None
