"""One topic in this process: takes events in, in order and once, and hands them to the topic's
subscribers."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import structlog

from dibs.clock import monotonic
from dibs.errors import DibsError
from dibs.events.frames import Frame, cut, reset
from dibs.events.model import Event, Position, TopicKey
from dibs.events.pacing import frame_interval

if TYPE_CHECKING:
    from dibs.events.outbox import Page
    from dibs.events.subscription import Subscription

BACKLOG_BYTES = 512 * 1024
WAKE_AT_ONCE = 100
_RETRY_SECONDS = 0.5
_log = structlog.get_logger(__name__)


class Channel:
    """State of a topic that somebody in this process listens to.

    `last_seq` is the newest event taken in, `sent_seq` the newest one that is in a frame. Events come from
    the local writer, and from the outbox when another process wrote; both ways meet in `offer`, which drops
    what is known and refuses what would leave a gap.
    """

    def __init__(self, key: TopicKey, start: Position, read: Callable[[TopicKey, int], Awaitable[Page]]) -> None:
        self.key = key
        self.epoch = start.epoch
        self.last_seq = self.sent_seq = self._wanted = start.seq
        self.subscribers: set[Subscription] = set()
        self._read = read
        self._pending: list[Event] = []
        self._backlog: deque[Frame] = deque()
        self._backlog_bytes = 0
        self._wake = asyncio.Event()
        self._follower: asyncio.Task[None] | None = None
        self._pump = asyncio.create_task(self._run(), name=f"pump {key[1]}")

    @property
    def position(self) -> Position:
        """The newest event that subscribers were given."""
        return Position(self.epoch, self.sent_seq)

    async def read(self, seq: int) -> Page:
        """The outbox after `seq`."""
        return await self._read(self.key, seq)

    def offer(self, epoch: str, first_seq: int, events: Sequence[Event]) -> None:
        """Take in committed events. Known ones are dropped; before a gap is left the outbox is read."""
        if epoch != self.epoch:
            self.restart(Position(epoch, first_seq - 1))
        known = self.last_seq + 1 - first_seq
        if known < 0:
            self.learn(Position(epoch, first_seq + len(events) - 1))
        elif known < len(events):
            self._pending.extend(events[known:] if known else events)
            self.last_seq = first_seq + len(events) - 1
            self._wake.set()

    def learn(self, newest: Position) -> None:
        """Somebody says that the topic stands here: if it is news, the outbox is read, once for all
        subscribers."""
        if newest.epoch and newest.epoch != self.epoch:
            self.restart(newest)
        self._wanted = max(self._wanted, newest.seq)
        if self._wanted > self.last_seq and self._follower is None and self.subscribers:
            self._follower = asyncio.create_task(self._follow(), name=f"follow {self.key[1]}")

    def heard(self, seq: int) -> None:
        """A ring of the bus, which names no epoch."""
        self.learn(Position(self.epoch, seq))

    def restart(self, start: Position, reason: str = "epoch") -> None:
        """The numbers of before don't lead here: everybody is told to reset."""
        self.epoch = start.epoch
        self.last_seq = self.sent_seq = self._wanted = start.seq
        self._pending = []
        self._backlog.clear()
        self._backlog_bytes = 0
        for subscriber in list(self.subscribers):
            subscriber.finish(reset(reason, start), drop=True)

    def tail(self, position: Position) -> list[Frame] | None:
        """The frames after a position, from memory; None if memory does not reach that far, back or
        forward."""
        if position.epoch != self.epoch or position.seq > self.last_seq:
            return None
        if position.seq >= self.sent_seq:
            return []
        if not self._backlog or position.seq < self._backlog[0].first_seq - 1:
            return None
        rests = (frame.after(position.seq) for frame in self._backlog)
        return [rest for rest in rests if rest is not None]

    def close(self) -> None:
        """Stop the tasks; nobody listens any more."""
        self._pump.cancel()
        if self._follower is not None:
            self._follower.cancel()

    async def _run(self) -> None:
        """Write frames no closer together than `frame_interval`; wake clients in slices, so that a big
        audience does not keep the event loop from everything else."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            started = monotonic()
            for frame in self._frames():
                audience = list(self.subscribers)
                for start in range(0, len(audience), WAKE_AT_ONCE):
                    for subscriber in audience[start : start + WAKE_AT_ONCE]:
                        subscriber.put(frame)
                    await asyncio.sleep(0)
            await asyncio.sleep(started + frame_interval(len(self.subscribers)) - monotonic())

    def _frames(self) -> Iterator[Frame]:
        """What was taken in, as frames. A frame is in the backlog before anyone gets it: who joins meanwhile
        finds it."""
        events, self._pending = self._pending, []
        epoch = self.epoch
        for frame in cut(epoch, self.sent_seq + 1, events):
            if self.epoch != epoch or self.sent_seq + 1 != frame.first_seq:
                return  # restarted while the audience was being written to
            self.sent_seq = frame.last_seq
            self._backlog.append(frame)
            self._backlog_bytes += len(frame.sse)
            while self._backlog_bytes > BACKLOG_BYTES and len(self._backlog) > 1:
                self._backlog_bytes -= len(self._backlog.popleft().sse)
            yield frame

    async def _follow(self) -> None:
        """Read the outbox until nothing is missing. While the database is away, try again and again."""
        try:
            while self.subscribers and self._wanted > self.last_seq:
                try:
                    page = await self.read(self.last_seq)
                except DibsError as error:
                    _log.warning("outbox_unreadable", topic=self.key[1], problem=str(error))
                    await asyncio.sleep(_RETRY_SECONDS)
                else:
                    self._take(page)
                    await asyncio.sleep(0)
        finally:
            self._follower = None

    def _take(self, page: Page) -> None:
        if (
            page.epoch == self.epoch
            and page.gap
            and page.last_seq > self.last_seq
            and page.first_seq > self.last_seq + 1
        ):
            self.restart(Position(page.epoch, page.last_seq), "gap")
        elif page.events:
            self.offer(page.epoch, page.first_seq, page.events)
        elif page.epoch != self.epoch:
            self.restart(Position(page.epoch, page.last_seq))
        else:
            self._wanted = max(self.last_seq, page.last_seq)
