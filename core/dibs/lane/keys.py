"""When two deliveries are the same comment."""

from __future__ import annotations

import hashlib
from datetime import UTC

import attrs

from dibs.models.codes import fold_text
from dibs.models.comments import Author, IncomingComment

MAX_TEXT = 2_000
_MAX_ID = 300
_BUCKET_SECONDS = 10


def comment_key(comment: IncomingComment) -> str:
    """The identity of a comment within its show.

    `platform:id`; without an id, a hash of platform, stream, user, normalised text and the 10-second bucket of the
    platform time.
    """
    if comment.comment_id:
        return f"{comment.platform}:{comment.comment_id}"
    user = comment.author.user_id if comment.author else ""
    bucket = int(comment.posted_at.timestamp()) // _BUCKET_SECONDS
    text = " ".join(fold_text(comment.text).split())
    parts = "\x1f".join((comment.platform, comment.live_id, user, text, str(bucket)))
    return f"~{hashlib.sha256(parts.encode('utf-8', 'replace')).hexdigest()[:40]}"


def clean(comment: IncomingComment) -> IncomingComment:
    """The comment as it can be stored: no NUL, no lone surrogates, text and ids of bounded length, time in UTC."""
    author = comment.author
    if author is not None and not (_fine(author.user_id, _MAX_ID) and _fine(author.name, _MAX_ID)):
        author = Author(_tidy(author.user_id, _MAX_ID), _tidy(author.name, _MAX_ID))
    if author is not None and not author.user_id:
        author = None
    if author is comment.author and _fine(comment.text, MAX_TEXT) and comment.posted_at.tzinfo is UTC:
        return comment
    return attrs.evolve(
        comment,
        author=author,
        text=_tidy(comment.text, MAX_TEXT),
        posted_at=comment.posted_at.astimezone(UTC),
    )


def _fine(text: str, limit: int) -> bool:
    if len(text) > limit or "\0" in text:
        return False
    return text.isascii() or not any("\ud800" <= char <= "\udfff" for char in text)


def _tidy(text: str, limit: int) -> str:
    return text.replace("\0", "")[:limit].encode("utf-8", "replace").decode("utf-8")
