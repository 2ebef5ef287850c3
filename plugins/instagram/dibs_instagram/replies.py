"""Private replies: one for each comment, only while the broadcast runs. Live comments take no public ones."""

from __future__ import annotations

from dibs.platforms import Answered, PlatformError, RefusedError, Sent
from dibs_instagram.api import AccountApi

MOST_BYTES = 1_000
# It is not documented how a reply is refused after the broadcast: any of these may mean that it is over.
_MAYBE_OVER = frozenset(("permission", "gone", "request", "unsupported"))


async def reply(api: AccountApi, comment: Answered, text: str) -> Sent:
    """Answer a comment in private.

    Raises:
        RefusedError: `text` too long or empty, `window` when the broadcast is over, `done` when it was answered before.
    """
    size = len(text.encode("utf-8", "replace"))
    if not text.strip() or size > MOST_BYTES:
        words = f"This text has {size:,} bytes; Instagram takes 1 to {MOST_BYTES:,}, and an emoji has four or more."
        raise RefusedError(words, "text", bytes=size, most=MOST_BYTES)
    try:
        return Sent(await api.send(comment.comment_id, text))
    except RefusedError as refused:
        if refused.reason not in _MAYBE_OVER or await _on_air(api, comment.live_id):
            raise
        words = "The broadcast is over: Instagram takes answers only while it runs."
        said = {name: value for name, value in refused.data.items() if name != "reason"}
        raise RefusedError(words, "window", **said) from refused


async def _on_air(api: AccountApi, live_id: str) -> bool:
    """Whether it is still on; also when that can't be found out."""
    try:
        return not live_id or any(one.media_id == live_id for one in await api.on_air(with_comments=False))
    except PlatformError:
        return True
