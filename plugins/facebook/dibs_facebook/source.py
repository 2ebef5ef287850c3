"""The comments of one broadcast, from the stored position to the end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any

import attrs
import structlog

from dibs import IncomingComment, clock
from dibs.meta import as_mapping, as_number
from dibs.platforms import LiveStatus, RefusedError, SourceBatch, StreamToRead, TryAgainError
from dibs_facebook.api import PageApi
from dibs_facebook.events import EventStream
from dibs_facebook.known import Known
from dibs_facebook.lives import status_of
from dibs_facebook.patience import Patience
from dibs_facebook.tempo import Tempo
from dibs_facebook.walking import Walker

LOOK_SECONDS, MOST_LOOK_SECONDS = 10.0, 60.0
# Its own word that it is over is looked at once more; that it is on no list may be a slip, for so long.
SECOND_LOOK_SECONDS, UNLISTED_SECONDS = 4.0, 10.0
LAST_SWEEP_SECONDS = 60
# Seldom, but a dead access has to be told within ten seconds: the event stream does not say so.
WITH_EVENTS_SECONDS = 8.0
LONGEST_SILENCE = 20.0
log = structlog.get_logger("dibs.facebook")


@attrs.define(eq=False)
class CommentSource:
    """Reads one broadcast until it is over.

    The newest comments are asked for again and again, back to what is known. Where that way is lost or too long, they
    are read forward from the last position. While much is written a second reading goes forward over the same stretch:
    pages that are joined by cursors may lose comments where they meet.
    """

    api: PageApi
    stream: StreamToRead
    events: EventStream | None = None
    sleep: Callable[[float], Awaitable[Any]] = asyncio.sleep
    now: Callable[[], float] = attrs.field(factory=lambda: clock.monotonic)
    _known: Known = attrs.field(init=False)
    _walker: Walker = attrs.field(init=False)
    _ask: Patience = attrs.field(init=False)
    _swept: float = attrs.field(default=0.0, init=False)
    _joined_at: float | None = attrs.field(default=None, init=False)
    _once_more: bool = attrs.field(default=False, init=False)
    _looked_at: float = attrs.field(default=0.0, init=False)
    _ended: bool = attrs.field(default=False, init=False)
    _worked: bool = attrs.field(default=False, init=False)

    def __attrs_post_init__(self) -> None:
        self._known = Known.from_position(self.stream.position)
        self._ask = Patience(self.sleep)
        self._walker = Walker(self.api, self.stream, self._known, self._ask)
        self._ask.less = self._walker.ask_for_less

    async def batches(self) -> AsyncIterator[SourceBatch]:
        """Batches in the order in which they are to be stored; the last one says that the broadcast is over."""
        tempo, self._looked_at = Tempo(self.stream.polling_seconds), self.now()
        try:
            async for batch in self._unless_over(self._catch_up()):
                yield batch
            while not self._ended:
                new = 0
                async for batch in self._unless_over(self._look()):
                    new += len(batch.comments)
                    yield batch
                async for batch in self._wait(tempo.after(new, self.api.slowdown())):
                    yield batch
            async for batch in self._finish():
                yield batch
        finally:
            if self.events is not None:
                await self.events.close()

    async def _catch_up(self) -> AsyncIterator[SourceBatch]:
        """From the position on, or what is there; a position even if nothing is there, so that a crash finds it."""
        began = self._from()
        if self._known.newest is None:
            newest = await self._walker.newest()
            if newest is None:
                async for batch in self._forward(self._from()):
                    yield batch
            yield attrs.evolve(self._batch(newest or ()), position=self._known.position())
        else:
            async for batch in self._forward(self._known.since):
                yield batch
            yield self._batch(())
        self._swept = began + 1.0 if began is not None else self._known.newest or 0.0
        if self.events is not None:
            self.events.start()

    async def _look(self) -> AsyncIterator[SourceBatch]:
        """What is new; every ten seconds also whether the broadcast still runs."""
        viewers = None
        if self.now() - self._looked_at >= min(MOST_LOOK_SECONDS, LOOK_SECONDS * self.api.slowdown()):
            viewers = await self._still_runs()
        newest = await self._walker.newest()
        if newest is None:
            async for batch in self._forward(self._from()):
                yield batch
        yield self._batch(newest or (), viewers=viewers)
        async for batch in self._sweep():
            yield batch

    async def _unless_over(self, batches: AsyncIterator[SourceBatch]) -> AsyncIterator[SourceBatch]:
        """The batches; comments that are gone are those of a broadcast that is over, or come back."""
        try:
            async for batch in batches:
                yield batch
                self._worked = True
        except RefusedError as refused:
            if refused.reason not in ("gone", "request"):
                raise
            await self._still_runs()
            if not self._ended and (refused.reason == "gone" or self._worked):
                raise TryAgainError("Facebook does not show the comments now.", retry_after=LOOK_SECONDS) from refused
            if not self._ended:
                raise

    async def _sweep(self) -> AsyncIterator[SourceBatch]:
        """Read the last stretch again, some seconds after it was joined by cursors, and once more if that brought
        something. The clock decides and not the next comment: the lost one may be the last one for a while. Where
        limits are near it waits for better times.
        """
        newest, now = self._known.newest or 0.0, self.now()
        if not self._walker.used_cursors:
            self._swept, self._joined_at = newest, None
        elif self._joined_at is None:
            self._joined_at = now
        elif now - self._joined_at >= LOOK_SECONDS and self.api.slowdown() <= 1.0:
            found = False
            async for batch in self._forward(max(0, int(max(self._swept, self._known.remembered)) - 1)):
                if batch.comments:
                    found = True
                    yield batch
            self._once_more = found and not self._once_more
            self._joined_at = now if self._once_more else None
            if not self._once_more:
                self._swept, self._walker.used_cursors = newest, False

    def _from(self) -> int | None:
        """Where to begin, in unix seconds: behind what is known, else where comments begin to count."""
        first = None if self.stream.since is None else max(0, int(self.stream.since.timestamp()))
        return first if self._known.since is None else self._known.since

    async def _forward(self, since: int | None) -> AsyncIterator[SourceBatch]:
        async for comments in self._walker.forward(since):
            yield self._batch(comments)

    async def _finish(self) -> AsyncIterator[SourceBatch]:
        """The broadcast is over: what was written in its last minute, as far as it can still be read."""
        since = None if self._known.newest is None else max(0, int(self._known.newest) - LAST_SWEEP_SECONDS)
        try:
            async for batch in self._forward(since):
                yield batch
        except RefusedError as refused:
            log.info("facebook_end_unread", stream=str(self.stream.stream_id), reason=refused.reason)
        yield SourceBatch(ended=True)

    async def _still_runs(self) -> int | None:
        """Look how the broadcast stands; over is over if it is so for a while. How many watch."""
        status, viewers, told = await self._status()
        since = self.now()
        while status == "ended" and self.now() - since < (SECOND_LOOK_SECONDS if told else UNLISTED_SECONDS):
            await self.sleep(SECOND_LOOK_SECONDS)
            status, viewers, told = await self._status()
        self._ended, self._looked_at = status == "ended", self.now()
        return viewers

    async def _status(self) -> tuple[LiveStatus, int | None, bool]:
        """How it stands, how many watch, and whether the broadcast itself says so."""
        found = await self._ask(lambda: status_of(self.api, self.stream.live))
        watching = as_number(as_mapping(found[1]).get("live_views"))
        return found[0], None if watching is None else int(watching), bool(found[1])

    async def _wait(self, seconds: float) -> AsyncIterator[SourceBatch]:
        """Until the next look; meanwhile what the event stream brings, and a sign of life."""
        if self.events is not None and self.events.healthy:
            seconds = max(seconds, WITH_EVENTS_SECONDS)
        until = self.now() + seconds
        while (left := until - self.now()) > 0 and not self._ended:
            if self.events is None or self.events.dead:
                await self.sleep(min(left, LONGEST_SILENCE))
                if left > LONGEST_SILENCE:
                    yield SourceBatch()
                continue
            heard = await self.events.next(min(left, LONGEST_SILENCE))
            if heard is None:  # it was away: what was said meanwhile is asked for
                return
            yield self._batch(heard, source="stream") if heard else SourceBatch(source="stream")

    def _batch(
        self, comments: Sequence[IncomingComment], *, viewers: int | None = None, source: str = "poll"
    ) -> SourceBatch:
        """What is new in what was read, or told by the event stream."""
        edits = self._known.edited(comments)
        fresh = self._known.fresh(comments)
        if source == "stream":
            self._known.remember(fresh)
            return SourceBatch(tuple(fresh), tuple(edits), source=source)
        position = self._known.add(fresh, comments)
        return SourceBatch(tuple(fresh), tuple(edits), position=position, viewers=viewers, source=source)
