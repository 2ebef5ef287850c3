"""From what Facebook writes to comments and broadcasts. What can't be read is left out, alone."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import attrs

from dibs import Author, IncomingComment
from dibs.clock import utc_now
from dibs.meta import as_id, as_instant, as_list, as_mapping, as_number, as_text, next_cursor
from dibs.platforms import Live, LiveStatus

PLATFORM = "facebook"
STATUSES: Mapping[str, LiveStatus] = {
    "live": "live",
    "live_now": "live",
    "live_stopped": "ended",
    "processing": "ended",
    "vod": "ended",
    "scheduled_canceled": "ended",
    "scheduled_expired": "ended",
    "scheduled_live": "scheduled",
    "scheduled_unpublished": "scheduled",
    "unpublished": "scheduled",
}


@attrs.frozen
class CommentPage:
    """A page of comments, oldest first, and where it goes on."""

    comments: tuple[IncomingComment, ...]
    after: str | None = None


def read_status(value: Any) -> LiveStatus:
    """The state of a broadcast, in either spelling; `unknown` for one that is not on the list."""
    return STATUSES.get(as_text(value).lower(), "unknown")


def read_page(answer: Mapping[str, Any], live_id: str, sellers: Collection[str]) -> CommentPage:
    """A page of the edge `comments`, whichever order it came in."""
    found = (read_comment(row, live_id, sellers) for row in as_list(answer.get("data")))
    return CommentPage(tuple(sorted(filter(None, found), key=place)), next_cursor(answer))


def read_comment(row: Any, live_id: str, sellers: Collection[str]) -> IncomingComment | None:
    """A comment, also one of the webhook or the event stream; None without an id: it could never be told apart."""
    content = as_mapping(row)
    comment_id = as_id(content.get("id")) or as_id(content.get("comment_id"))
    if not comment_id:
        return None
    author = _author(content.get("from"))
    return IncomingComment(
        platform=PLATFORM,
        text=_words(content),
        posted_at=as_instant(content.get("created_time")) or utc_now(),
        comment_id=comment_id,
        author=author,
        live_id=live_id,
        from_seller=author is not None and author.user_id in sellers,
    )


def place(comment: IncomingComment) -> tuple[datetime, str]:
    """Where a comment stands among others: many share a second."""
    return comment.posted_at, comment.comment_id or ""


def read_live(row: Any, page_id: str, facebook: str) -> Live | None:
    """A broadcast; None without an id. `facebook` stands before a link that is only a path."""
    content = as_mapping(row)
    live_id = as_id(content.get("id"))
    if not live_id:
        return None
    video = as_id(as_mapping(content.get("video")).get("id"))
    viewers, link = as_number(content.get("live_views")), as_text(content.get("permalink_url"))
    return Live(
        live_id=live_id,
        title=as_text(content.get("title")),
        status=read_status(content.get("status")),
        started_at=as_instant(content.get("broadcast_start_time")) or as_instant(content.get("planned_start_time")),
        url=facebook + link if link.startswith("/") else link if link.startswith("https://") else "",
        viewers=None if viewers is None else int(viewers),
        alternate_ids=(video,) if video and video != live_id else (),
        seller_ids=(page_id,),
    )


def _author(value: Any) -> Author | None:
    """Who wrote it; None where Facebook hides that."""
    content = as_mapping(value)
    user_id = as_id(content.get("id"))
    return Author(user_id, as_text(content.get("name"))) if user_id else None


def _words(content: Mapping[str, Any]) -> str:
    """The text; of a comment that is only a sticker, a photo or a link, what that is, in brackets."""
    message = as_text(content.get("message"))
    if message.strip():
        return message
    attached = as_mapping(content.get("attachment"))
    kind = as_text(attached.get("title")) or as_text(attached.get("type"))
    known = next((name for name in ("photo", "video", "link") if as_text(content.get(name))), "")
    return f"[{kind or known}]" if kind or known else message
