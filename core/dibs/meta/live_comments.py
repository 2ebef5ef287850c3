"""Comments on Instagram broadcasts, as Meta tells them: by its webhook (object `instagram`, field `live_comments`), and
where it is asked for them. Both lead to the same identity, so that a comment heard twice counts once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import attrs

from dibs.meta.reading import as_id, as_instant, as_mapping, as_text
from dibs.meta.webhooks import Change, changes
from dibs.models.comments import Author, IncomingComment

FIELD, PLATFORM = "live_comments", "instagram"


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

    A comment without id is left out: it could not be told from its own repetition. What is about another object than
    Instagram is passed over. Deliveries carry no time of a comment: it gets that of its entry, else `now`.
    """
    heard: list[Heard] = []
    left_out: list[str] = []
    for change in changes(payload, PLATFORM):
        try:
            heard.append(_heard(change, now))
        except ValueError as fault:
            left_out.append(f"{change.where}: {fault}")
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
    comment_id = as_id(value.get("id")) or as_id(value.get("comment_id"))
    if not comment_id:
        raise ValueError("has no id")
    text = value.get("text")
    if not isinstance(text, str | None):
        raise ValueError("has no text")
    return IncomingComment(
        platform=PLATFORM,
        text=text or "",
        posted_at=as_instant(value.get("timestamp")) or as_instant(value.get("created_time")) or otherwise_at,
        comment_id=comment_id,
        author=_author(value),
        live_id=live_id,
        from_seller=not _ids(value).isdisjoint(seller_ids),
    )


def _heard(change: Change, now: datetime) -> Heard:
    if change.field != FIELD:
        raise ValueError(f"the field is {change.field!a}, not {FIELD}" if change.field else "names no field")
    value = as_mapping(change.value)
    comment = comment_of(
        change.value,
        live_id=as_id(as_mapping(value.get("media")).get("id")),
        seller_ids=[change.account_id],
        otherwise_at=as_instant(change.time) or now,
    )
    return Heard(change.account_id, comment)


def _author(value: Mapping[str, Any]) -> Author | None:
    """Who wrote it; None where Instagram hides the id. A handle alone is nobody: it can change hands."""
    who = as_mapping(value.get("from"))
    user_id = as_id(who.get("id"))
    return Author(user_id, as_text(who.get("username")) or as_text(value.get("username"))) if user_id else None


def _ids(value: Mapping[str, Any]) -> set[str]:
    """Every id under which the author is named: `user` is there for the account's own comments alone."""
    return {as_id(as_mapping(value.get(name)).get("id")) for name in ("from", "user")} - {""}
