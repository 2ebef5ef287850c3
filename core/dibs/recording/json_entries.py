"""Comments written as JSON objects: Graph API comments and messages of the chat-downloader tool."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import orjson

from dibs.recording.instants import read_instant
from dibs.recording.model import NOT_UTF8, TOO_LONG, BadLineError, LineProblem, Outcome, Row, Skipped
from dibs.recording.values import Authors, read_id, read_name, read_platform, read_seller, read_text

_CHAT_KEYS = ("message_type", "message_id", "time_in_seconds")
_VIEWER_TEXTS = frozenset({"text_message", "paid_message"})


def read_json_lines(lines: Iterable[tuple[int, bytes | None]]) -> Iterator[Outcome]:
    """One comment a line; blank lines are nothing."""
    authors = Authors()
    for number, line in lines:
        if line is None:
            yield LineProblem(number, TOO_LONG)
        elif line and not line.isspace():
            try:
                yield read_entry(number, load_json(line), authors)
            except BadLineError as problem:
                yield LineProblem(number, str(problem))


def load_json(line: bytes) -> object:
    """The value of one line.

    orjson refuses lone surrogates and raw control characters, which real exports contain, so what it refuses
    gets a second reading by the tolerant parser.
    """
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError:
        pass
    try:
        return json.loads(line.decode().replace("\0", ""), strict=False)
    except UnicodeDecodeError:
        raise BadLineError(NOT_UTF8) from None
    except (ValueError, RecursionError):
        raise BadLineError("is not JSON") from None


def read_entry(number: int, value: object, authors: Authors) -> Row | Skipped:
    """A comment from one JSON object of either kind.

    Raises:
        BadLineError: with the reason.
    """
    if not isinstance(value, dict):
        raise BadLineError("is not a JSON object")
    if any(key in value for key in _CHAT_KEYS):
        return _chat_entry(number, value, authors)
    return _graph_entry(number, value, authors)


def _graph_entry(number: int, entry: Mapping[str, Any], authors: Authors) -> Row:
    user_id, name = _person(entry.get("from"), "from")
    return Row(
        line=number,
        text=read_text(_first(entry, "message", "text")),
        posted_at=read_instant(_first(entry, "created_time", "timestamp")),
        comment_id=read_id(entry.get("id"), "an id"),
        author=authors.get(user_id, name),
        from_seller=_seller(entry),
        platform=read_platform(entry.get("platform")),
        is_graph=True,
    )


def _chat_entry(number: int, entry: Mapping[str, Any], authors: Authors) -> Row | Skipped:
    if entry.get("message_type", "text_message") not in _VIEWER_TEXTS or entry.get("message") is None:
        return Skipped(number)
    user_id, name = _person(entry.get("author"), "author")
    return Row(
        line=number,
        text=read_text(entry["message"]),
        posted_at=read_instant(_first(entry, "timestamp", "time_in_seconds")),
        comment_id=read_id(entry.get("message_id"), "a message_id"),
        author=authors.get(user_id, name),
        from_seller=_seller(entry),
        platform=read_platform(entry.get("platform")),
    )


def _person(value: object, what: str) -> tuple[str | None, str]:
    if value is None:
        return None, ""
    if not isinstance(value, dict):
        raise BadLineError(f"has a {what} that is not an object")
    return read_id(value.get("id"), f"a {what}.id"), read_name(_first(value, "name", "username"))


def _seller(entry: Mapping[str, Any]) -> bool:
    return read_seller(_first(entry, "from_seller", "is_seller"))


def _first(entry: Mapping[str, Any], name: str, other: str) -> Any:
    value = entry.get(name)
    return entry.get(other) if value is None else value
