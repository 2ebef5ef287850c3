"""When two deliveries are the same comment."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Final

import attrs

from dibs.models.codes import fold_text
from dibs.models.comments import Author, IncomingComment

ERASED: Final = "erased:"
"""Begins the id of an identity that was forgotten."""
MAX_TEXT = 2_000
_MAX_ID = 300
_BUCKET_SECONDS = 10


def comment_key(comment: IncomingComment) -> str:
    """The identity of a comment within its show.

    `platform:id`; without an id, a hash of platform, stream, user, normalised text and the 10-second bucket of the
    platform time.
    """
    if comment.comment_id:
        return _key(comment.platform, comment.comment_id)
    user = comment.author.user_id if comment.author else ""
    bucket = int(comment.posted_at.timestamp()) // _BUCKET_SECONDS
    text = " ".join(fold_text(comment.text).split())
    parts = "\x1f".join((comment.platform, comment.live_id, user, text, str(bucket)))
    return f"~{hashlib.sha256(parts.encode('utf-8', 'replace')).hexdigest()[:40]}"


def key_of(platform: str, comment_id: str) -> str:
    """The identity of the comment that has this id at this platform."""
    return _key(_identity(platform), _identity(comment_id))


def clean_text(text: str) -> str:
    """The text of a comment as it can be stored."""
    return _tidy(text, MAX_TEXT)


def _key(platform: str, comment_id: str) -> str:
    if ":" in platform or "%" in platform:  # `a:b` and `c` must not meet `a` and `b:c`
        platform = platform.replace("%", "%25").replace(":", "%3A")
    return f"{platform}:{comment_id}"


def is_erased(author: Author | None) -> bool:
    """Whether a stored author is somebody who was forgotten: their words stay away, whatever comes later."""
    return author is not None and author.user_id.startswith(ERASED)


def clean(comment: IncomingComment) -> IncomingComment:
    """The comment as it can be stored: no NUL, no lone surrogates, text and ids of bounded length, time in UTC."""
    author, live_id, comment_id = comment.author, comment.live_id, comment.comment_id
    together = f"{comment.platform}\x1f{live_id}\x1f{comment_id}\x1f{comment.text}"
    if author is not None:
        together = f"{together}\x1f{author.user_id}\x1f{author.name}"
    plain = len(together) <= _MAX_ID and together.isascii() and "\0" not in together
    if plain and comment.posted_at.tzinfo is UTC and (author is None or author.user_id):
        return comment
    if author is not None:
        author = Author(_identity(author.user_id), _tidy(author.name, _MAX_ID))
    return attrs.evolve(
        comment,
        platform=_identity(comment.platform),
        author=author if author is not None and author.user_id else None,
        text=_tidy(comment.text, MAX_TEXT),
        posted_at=_utc(comment.posted_at),
        comment_id=_identity(comment_id) if comment_id else None,
        live_id=_identity(live_id),
    )


def _utc(at: datetime) -> datetime:
    try:
        return at.astimezone(UTC)
    except OverflowError:  # the first or the last hours of the calendar
        return at.replace(tzinfo=UTC)


def _tidy(text: str, limit: int) -> str:
    return text.replace("\0", "")[:limit].encode("utf-8", "replace").decode("utf-8")


def _identity(text: str) -> str:
    """A storable id. One that had to be changed gets a hash of the original: two ids never become one."""
    tidy = _tidy(text, _MAX_ID)
    if tidy == text or not tidy:
        return tidy
    return f"{tidy[:200]}~{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:40]}"
