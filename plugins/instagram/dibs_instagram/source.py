"""Comments of one broadcast by asking again and again: beside the webhook, or instead of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import structlog

from dibs.clock import monotonic
from dibs.platforms import SourceBatch, StreamToRead
from dibs_instagram.api import AccountApi
from dibs_instagram.asking import Asker
from dibs_instagram.heard import Heard
from dibs_instagram.pace import Pace
from dibs_instagram.walking import Walker

log = structlog.get_logger("dibs.instagram")

# One answer without the broadcast may be a slip of the platform; so many are none.
LOOKS_UNTIL_ENDED = 2
# Where Instagram lets nobody ask, it may let us ask later.
UNREADABLE_SECONDS = 20.0
SIGN_OF_LIFE_SECONDS = 5.0


async def read_broadcast(api: AccountApi, stream: StreamToRead) -> AsyncIterator[SourceBatch]:
    """Batches until the broadcast is off the air. What was written after the last look can't be read any more.

    An empty batch now and then is a sign of life.
    """
    asker, heard = Asker(api, stream.live), Heard.from_position(stream.position)
    walker, pace = Walker(asker, heard), Pace(stream.polling_seconds)
    gone, unread, told_at = 0, None, float("-inf")
    while gone < LOOKS_UNTIL_ENDED:
        page = await asker.newest()
        fresh = await walker.fresh(page) if page is not None else ()
        if fresh or (page is not None and monotonic() - told_at >= SIGN_OF_LIFE_SECONDS):
            told_at = monotonic()
            yield SourceBatch(tuple(fresh), position=heard.add(fresh))
        if page is None and gone == 0 and asker.last_look is not None:
            unread = round(monotonic() - asker.last_look, 1)
        gone = gone + 1 if page is None else 0
        if gone < LOOKS_UNTIL_ENDED:
            wait = pace.after(len(fresh), api.strain) if page is not None else pace.again()
            await asyncio.sleep(max(wait, UNREADABLE_SECONDS) if asker.unreadable else wait)
    log.info("instagram_broadcast_ended", stream=str(stream.stream_id), seconds_unread=unread)
    yield SourceBatch(ended=True)
