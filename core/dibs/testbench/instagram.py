"""What Instagram's webhook sends while a broadcast runs (object `instagram`, field `live_comments`), as comments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import attrs

from dibs.codec import parse_instant
from dibs.models.comments import Author, IncomingComment

FIELD, PLATFORM = "live_comments", "instagram"
# Seconds in Meta's samples, milliseconds in practice: no other unit reaches this before the year 5138.
_MILLISECONDS_FROM = 10**11
_LATEST_SECONDS = 253_402_300_799


@attrs.frozen
class Decoded:
    """The comments of a delivery, and what was left out, in words."""

    comments: tuple[IncomingComment, ...]
    left_out: tuple[str, ...] = ()


def decode(payload: Any, now: datetime) -> Decoded:
    """The comments of a delivery in their order. A part that can't be read costs only itself.

    Understood are the shapes that occur: changes in entries, field and value directly on an entry, and the whole
    wrapped in a list. A comment without id is left out: it could not be told from its own repetition.
    """
    comments: list[IncomingComment] = []
    left_out: list[str] = []
    for where, entry, change in _changes(payload):
        if change.get("field") != FIELD:
            left_out.append(f"{where}: the field is {_shown(change.get('field'))}, not {FIELD}")
            continue
        try:
            comments.append(_comment(change.get("value"), entry, now))
        except ValueError as fault:
            left_out.append(f"{where}: {fault}")
    if not comments and not left_out:
        left_out.append("the payload has no changes")
    return Decoded(tuple(comments), tuple(left_out))


def _changes(payload: Any) -> Iterator[tuple[str, Mapping[str, Any], Mapping[str, Any]]]:
    for part in payload if isinstance(payload, list) else [payload]:
        if not isinstance(part, Mapping) or part.get("object") not in (PLATFORM, None):
            continue
        for number, entry in enumerate(_list(part.get("entry"))):
            if isinstance(entry, Mapping):
                changes = _list(entry.get("changes")) if "changes" in entry else [entry]
                for place, change in enumerate(changes):
                    if isinstance(change, Mapping):
                        yield f"entry[{number}].changes[{place}]", entry, change


def _comment(value: Any, entry: Mapping[str, Any], now: datetime) -> IncomingComment:
    if not isinstance(value, Mapping):
        raise ValueError("has no value")
    comment_id = _text(value.get("id")) or _text(value.get("comment_id"))
    if not comment_id:
        raise ValueError("has no id")
    text = value.get("text")
    if not isinstance(text, str):
        raise ValueError("has no text")
    media = value.get("media")
    return IncomingComment(
        platform=PLATFORM,
        text=text,
        posted_at=_instant(value, entry, now),
        comment_id=comment_id,
        author=_author(value.get("from")),
        live_id=_text(media.get("id")) if isinstance(media, Mapping) else "",
        from_seller=bool(_text(entry.get("id"))) and _author_id(value.get("from")) == _text(entry.get("id")),
    )


def _author(value: Any) -> Author | None:
    """Who wrote it; None where Instagram hides that."""
    user_id = _author_id(value)
    return Author(user_id, _text(value.get("username"))) if user_id else None


def _author_id(value: Any) -> str:
    return _text(value.get("id")) if isinstance(value, Mapping) else ""


def _instant(value: Mapping[str, Any], entry: Mapping[str, Any], now: datetime) -> datetime:
    """The comment's own time if it has one, else when it was sent, else now."""
    for given in (value.get("timestamp"), value.get("created_time"), entry.get("time")):
        found = _as_instant(given)
        if found is not None:
            return found
    return now


def _as_instant(given: Any) -> datetime | None:
    if isinstance(given, str) and not given.isdigit():
        try:
            return parse_instant(given)
        except ValueError:
            return None
    number = int(given) if isinstance(given, str) and len(given) < 17 else given
    if type(number) not in (int, float) or not 0 < number < _LATEST_SECONDS * 1000:
        return None
    seconds = number / 1000 if number >= _MILLISECONDS_FROM else number
    return datetime.fromtimestamp(seconds, UTC)


def _text(value: Any) -> str:
    if type(value) is int:
        return str(value)
    return value[:255] if isinstance(value, str) else ""


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _shown(value: Any) -> str:
    return ascii(value)[:40]
