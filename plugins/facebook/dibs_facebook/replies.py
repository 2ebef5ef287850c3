"""Answering a comment, so that all can see it, or only its author."""

from __future__ import annotations

from datetime import timedelta

from dibs.clock import utc_now
from dibs.meta import as_id
from dibs.platforms import Answered, RefusedError, Sent
from dibs_facebook.api import PageApi

PRIVATE_REPLY_DAYS = 7


async def reply_publicly(api: PageApi, comment: Answered, text: str) -> Sent:
    """Comment under it, once: Facebook does not notice repetitions, so nothing is repeated here.

    Raises:
        RefusedError: why not.
        TryAgainError: later; if it is `uncertain` it may be there already, and must not be sent again.
    """
    return Sent(as_id((await api.reply_publicly(comment.comment_id, text)).get("id")))


async def reply_privately(api: PageApi, comment: Answered, text: str) -> Sent:
    """Write to its author: one message for each comment, within a week. May be repeated: Facebook takes only one.

    Raises:
        RefusedError: `done` if there is one already, `window` after a week, `unreachable`, and others.
        TryAgainError: later.
    """
    if utc_now() - comment.posted_at > timedelta(days=PRIVATE_REPLY_DAYS):
        raise RefusedError("Facebook takes private answers within a week of the comment.", "window")
    await _check(api, comment.comment_id)
    answer = await api.reply_privately(comment.comment_id, text)
    return Sent(as_id(answer.get("message_id")))


async def _check(api: PageApi, comment_id: str) -> None:
    """Ask whether it can be answered. Where Facebook does not tell, it is tried."""
    try:
        told = await api.node(comment_id, "can_reply_privately,private_reply_conversation")
    except RefusedError as refused:
        if refused.reason in ("request", "unsupported", "permission"):
            return
        raise
    if told.get("private_reply_conversation"):
        raise RefusedError("This was answered already.", "done")
    if told.get("can_reply_privately") is False:
        raise RefusedError("This person can't be written to.", "unreachable")
