"""Comments on Instagram broadcasts, as Meta tells them: by its webhook (object `instagram`, field `live_comments`), and
where it is asked for them. Both lead to the same identity, so that a comment heard twice counts once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import attrs

from dibs.codec import parse_instant
from dibs.models.comments import Author, IncomingComment

FIELD, PLATFORM = "live_comments", "instagram"
# Seconds in Meta's samples, milliseconds in practice: no other unit reaches this before the year 5138.
_MILLISECONDS_FROM = 10**11
_LATEST_SECONDS = 253_402_300_799
_LONGEST_ID = 255


@attrs.frozen
class Heard:
    """One comment, and the professional account in whose broadcast it was written ("" if the delivery names none)."""

    account_id: str
    comment: IncomingComment


@attrs.frozen
class Decoded:
    """What a delivery brought, in its order, and what was left out, in words."""

    heard: tuple[Heard, ...]
    left_out: tuple[str, ...] = ()

    @property
    def comments(self) -> tuple[IncomingComment, ...]:
        """The comments alone."""
        return tuple(one.comment for one in self.heard)


def decode(payload: Any, now: datetime) -> Decoded:
    """The comments of a webhook delivery in their order. A part that can't be read costs only itself.

    Understood are the shapes that occur: changes in entries, field and value directly on an entry, and the whole
    wrapped in a list. A comment without id is left out: it could not be told from its own repetition. What is about
    another object than Instagram is passed over.
    """
    heard: list[Heard] = []
    left_out: list[str] = []
    for where, entry, change in _changes(payload):
        if change.get("field") != FIELD:
            left_out.append(f"{where}: {_not_ours(change)}")
            continue
        try:
            account_id = id_of(entry.get("id"))
            heard.append(Heard(account_id, _webhook_comment(change.get("value"), entry, account_id, now)))
        except ValueError as fault:
            left_out.append(f"{where}: {fault}")
    if not heard and not left_out:
        left_out.append("the payload has no changes")
    return Decoded(tuple(heard), tuple(left_out))


def comment_of(value: Any, *, live_id: str, seller_ids: Iterable[str], otherwise_at: datetime) -> IncomingComment:
    """One comment object, from a webhook or an answer. One that is no text (a sticker) has an empty text.

    :param live_id: the broadcast that it belongs to.
    :param seller_ids: who the seller is: the professional account.
    :param otherwise_at: the time to take where the comment has none of its own.
    :raises ValueError: it can't be counted; the message says why, as the end of a sentence.
    """
    if not isinstance(value, Mapping):
        raise ValueError("has no value")
    comment_id = id_of(value.get("id")) or id_of(value.get("comment_id"))
    if not comment_id:
        raise ValueError("has no id")
    text = value.get("text")
    if not isinstance(text, str | None):
        raise ValueError("has a text that is none")
    return IncomingComment(
        platform=PLATFORM,
        text=text or "",
        posted_at=own_time(value) or otherwise_at,
        comment_id=comment_id,
        author=_author(value),
        live_id=live_id,
        from_seller=not _ids(value).isdisjoint(seller_ids),
    )


def own_time(value: Mapping[str, Any]) -> datetime | None:
    """When a comment was written, if it says so. Webhooks don't, answers do, to the second."""
    return instant_of(value.get("timestamp")) or instant_of(value.get("created_time"))


def instant_of(given: Any) -> datetime | None:
    """A time as Meta writes it: ISO text (also `+0000`), seconds or milliseconds since 1970. None if it is none."""
    if isinstance(given, str) and not given.isdecimal():
        try:
            return parse_instant(given)
        except ValueError:
            return None
    number = int(given) if isinstance(given, str) and len(given) < 17 else given
    if type(number) not in (int, float) or not 0 < number < _LATEST_SECONDS * 1000:
        return None
    seconds = number / 1000 if number >= _MILLISECONDS_FROM else number
    return datetime.fromtimestamp(seconds, UTC)


def id_of(value: Any) -> str:
    """An id as text, "" if it is none: Meta's are printable ASCII, seldom written as numbers."""
    text = str(value) if type(value) is int and 0 < value < 10**40 else value
    usable = isinstance(text, str) and text.isascii() and text.isprintable() and len(text) <= _LONGEST_ID
    return text.strip() if usable else ""


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


def _webhook_comment(value: Any, entry: Mapping[str, Any], account_id: str, now: datetime) -> IncomingComment:
    media = value.get("media") if isinstance(value, Mapping) else None
    return comment_of(
        value,
        live_id=id_of(media.get("id")) if isinstance(media, Mapping) else "",
        seller_ids=[account_id] if account_id else [],
        otherwise_at=instant_of(entry.get("time")) or now,
    )


def _author(value: Mapping[str, Any]) -> Author | None:
    """Who wrote it; None where Instagram hides the id. A handle alone is nobody: it can change hands."""
    who = value.get("from")
    user_id = id_of(who.get("id")) if isinstance(who, Mapping) else ""
    if not user_id:
        return None
    handle = who.get("username") or value.get("username")  # type: ignore[union-attr]
    return Author(user_id, handle if isinstance(handle, str) else "")


def _ids(value: Mapping[str, Any]) -> set[str]:
    """Every id under which the author is named: `user` is there for the account's own comments alone."""
    found = {id_of(who.get("id")) for who in (value.get("from"), value.get("user")) if isinstance(who, Mapping)}
    return found - {""}


def _not_ours(change: Mapping[str, Any]) -> str:
    if "changed_fields" in change:
        return "names fields without values: the subscription must include values"
    return f"the field is {ascii(change.get('field'))[:40]}, not {FIELD}"


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
