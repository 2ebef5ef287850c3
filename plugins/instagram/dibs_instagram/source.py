"""Comments of one broadcast by asking again and again: beside the webhook, or instead of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import attrs
import structlog

from dibs.clock import monotonic
from dibs.platforms import SourceBatch, StreamToRead
from dibs_instagram.api import AccountApi
from dibs_instagram.asking import Asker
from dibs_instagram.heard import Heard
from dibs_instagram.pace import Pace
from dibs_instagram.walking import Walker

log = structlog.get_logger("dibs.instagram")

# Answers without the broadcast may be a slip of the platform; so many, for so long, are none.
LOOKS_UNTIL_ENDED, UNSEEN_SECONDS = 3, 10.0
# An error that says that it is not there is surer.
REFUSALS_UNTIL_ENDED = 2
# Where Instagram lets nobody ask, it may let us ask later.
UNREADABLE_SECONDS = 20.0
SIGN_OF_LIFE_SECONDS = 5.0


@attrs.define
class Absence:
    """For how long, and over how many looks in a row, the broadcast was not there; `refused` of them by an error."""

    looks: int = 0
    refused: int = 0
    _since: float = 0.0

    def looked(self, *, there: bool, refused: bool) -> None:
        """Take in a look."""
        if there:
            self.looks = self.refused = 0
            return
        self._since = self._since if self.looks else monotonic()
        self.looks, self.refused = self.looks + 1, self.refused + 1 if refused else 0

    @property
    def final(self) -> bool:
        """Whether it is over."""
        long = self.looks >= LOOKS_UNTIL_ENDED and monotonic() - self._since >= UNSEEN_SECONDS
        return long or self.refused >= REFUSALS_UNTIL_ENDED


async def read_broadcast(api: AccountApi, stream: StreamToRead) -> AsyncIterator[SourceBatch]:
    """Batches until the broadcast is off the air. What was written after the last look can't be read any more.

    An empty batch now and then is a sign of life.
    """
    asker, heard = Asker(api, stream.live), Heard.from_position(stream.position)
    walker, pace = Walker(asker, heard), Pace(stream.polling_seconds)
    absence, unread, told_at = Absence(), None, float("-inf")
    while not absence.final:
        page = await asker.newest()
        fresh = await walker.fresh(page) if page is not None else ()
        if fresh or (page is not None and monotonic() - told_at >= SIGN_OF_LIFE_SECONDS):
            told_at = monotonic()
            yield SourceBatch(tuple(fresh), position=heard.add(fresh))
        if page is None and not absence.looks and asker.last_look is not None:
            unread = round(monotonic() - asker.last_look, 1)
        absence.looked(there=page is not None, refused=asker.refused)
        if not absence.final:
            wait = pace.after(len(fresh), api.strain) if page is not None else pace.again()
            await asyncio.sleep(max(wait, UNREADABLE_SECONDS) if asker.unreadable else wait)
    log.info("instagram_broadcast_ended", stream=str(stream.stream_id), seconds_unread=unread)
    yield SourceBatch(ended=True)
