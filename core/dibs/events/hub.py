"""The hub: one for each process, between those who write events and those who listen."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from uuid import UUID

import structlog

from dibs.db import Database
from dibs.errors import DibsError
from dibs.events import outbox
from dibs.events.bus import EventBus
from dibs.events.channel import WAKE_AT_ONCE, Channel
from dibs.events.frames import HEARTBEAT, bye
from dibs.events.keeper import keep_partitions
from dibs.events.model import Event, Position, TopicKey
from dibs.events.outbox import Page
from dibs.events.subscription import Guard, Subscription

HEARTBEAT_SECONDS = 15.0
GUARD_SECONDS = 2.5  # and a sign-in is remembered for two: a stream outlives it by less than five
POLL_SECONDS = 0.25
SAFETY_POLL_SECONDS = 1.0
FAREWELL_SECONDS = 2.0
READERS = 3
Follower = Callable[[UUID, str, int], None]
"""Told of each `publish`: workspace, topic, number of the first event. Never waits and never raises."""
_log = structlog.get_logger(__name__)


class Hub:
    """Fans committed events out to the subscribers of this process.

    One entry for each topic that somebody listens to; each event is encoded once. Reads of the outbox are
    limited to a few at a time, so that a thousand clients that come back at once don't take the database
    from the claim lane.
    """

    def __init__(self, db: Database, bus: EventBus) -> None:
        self._db = db
        self._bus = bus
        self._channels: dict[TopicKey, Channel] = {}
        self._opening: dict[TopicKey, asyncio.Task[None]] = {}
        self._meanwhile: dict[TopicKey, int] = {}
        self._subscriptions: set[Subscription] = set()
        self._readers = asyncio.Semaphore(READERS)
        self._tasks: list[asyncio.Task[None]] = []
        self._nobody = asyncio.Event()
        self._closing = False
        self.followers: list[Follower] = []

    async def start(self) -> None:
        """Start the bus, the heartbeat and the look-outs."""
        await self._bus.start(self._heard)
        jobs = (self._beat(), self._watch(), self._poll(), keep_partitions(self._db))
        self._tasks = [asyncio.create_task(job) for job in jobs]

    async def close(self) -> None:
        """Say `bye` to everybody, give the streams a moment to end, stop the bus."""
        self.end_streams()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._see_off()
        await self._bus.close()

    def end_streams(self) -> None:
        """Say `bye` to all who listen or come later. Does not wait; a stopping server calls it first."""
        self._closing = True
        for subscription in list(self._subscriptions):
            subscription.finish(bye("shutdown"))

    def publish(self, workspace_id: UUID, topic: str, epoch: str, first_seq: int, events: Sequence[Event]) -> None:
        """Hand over what was just committed: consecutive events, the first of them with number `first_seq`.

        Never waits and never raises. Forgetting to call it, or calling it in another order than that of the
        commits, costs time and not events: the outbox has them.
        """
        if not events:
            return
        key, last_seq = (workspace_id, topic), first_seq + len(events) - 1
        channel = self._channels.get(key)
        if channel is not None:
            channel.offer(epoch, first_seq, events)
        elif key in self._opening:
            self._meanwhile[key] = last_seq
        self._bus.ring(workspace_id, topic, last_seq)
        for follow in self.followers:
            follow(workspace_id, topic, first_seq)

    def subscribe(
        self, workspace_id: UUID, topic: str, after: Position | None = None, guard: Guard | None = None
    ) -> Subscription:
        """Listen to a topic from just after `after` (None: from now on).

        The caller has checked that the topic exists and that the client may see it; `guard` is asked again
        every few seconds.
        """
        key = (workspace_id, topic)

        async def join(subscription: Subscription) -> Channel:
            return await self._join(subscription, key)

        return Subscription(join, self._leave, after, guard)

    @property
    def subscribers(self) -> int:
        """How many streams are open in this process."""
        return len(self._subscriptions)

    async def _join(self, subscription: Subscription, key: TopicKey) -> Channel:
        channel = await self._channel(key)
        channel.subscribers.add(subscription)
        self._subscriptions.add(subscription)
        channel.heard(self._meanwhile.pop(key, 0))
        if self._closing:
            subscription.finish(bye("shutdown"))
        return channel

    async def _channel(self, key: TopicKey) -> Channel:
        while key not in self._channels:
            task = self._opening.get(key)
            if task is None:
                task = self._opening[key] = asyncio.create_task(self._open(key))
            await asyncio.shield(task)
        return self._channels[key]

    async def _open(self, key: TopicKey) -> None:
        """What is published while the database is asked is remembered, for `_join` to look after."""
        try:
            start = await outbox.position(self._db, *key)
            self._channels[key] = Channel(key, start, self._read)
        finally:
            del self._opening[key]

    def _leave(self, subscription: Subscription, channel: Channel) -> None:
        self._subscriptions.discard(subscription)
        channel.subscribers.discard(subscription)
        self._drop_if_unused(channel)
        if not self._subscriptions:
            self._nobody.set()

    def _drop_if_unused(self, channel: Channel) -> None:
        if not channel.subscribers and self._channels.get(channel.key) is channel:
            del self._channels[channel.key]
            channel.close()

    async def _read(self, key: TopicKey, seq: int) -> Page:
        async with self._readers:
            return await outbox.read_after(self._db, *key, seq)

    def _heard(self, workspace_id: UUID, topic: str, seq: int) -> None:
        key = (workspace_id, topic)
        channel = self._channels.get(key)
        if channel is not None:
            channel.heard(seq)
        elif key in self._opening:
            self._meanwhile[key] = seq

    async def _see_off(self) -> None:
        """Give the streams a moment to end by themselves."""
        self._nobody.clear()
        if self._subscriptions:
            try:
                async with asyncio.timeout(FAREWELL_SECONDS):
                    await self._nobody.wait()
            except TimeoutError:
                for subscription in list(self._subscriptions):
                    subscription.abandon()
        for channel in list(self._channels.values()):
            channel.close()

    async def _beat(self) -> None:
        """One heartbeat for all."""
        while True:
            await asyncio.sleep(HEARTBEAT_SECONDS)
            everybody = list(self._subscriptions)
            for start in range(0, len(everybody), WAKE_AT_ONCE):
                for subscription in everybody[start : start + WAKE_AT_ONCE]:
                    subscription.put(HEARTBEAT)
                await asyncio.sleep(0)
            for channel in list(self._channels.values()):
                self._drop_if_unused(channel)  # its only client went away while it was being opened

    async def _watch(self) -> None:
        """End the streams of who may not listen any more; give up who does not even take the farewell."""
        stuck: set[Subscription] = set()
        while True:
            await asyncio.sleep(GUARD_SECONDS)
            for guard in {s.guard for s in self._subscriptions if s.guard is not None}:
                if not await self._allowed(guard):
                    for subscription in [s for s in self._subscriptions if s.guard == guard]:
                        subscription.finish(bye(guard.farewell), drop=guard.farewell == "signed_out")
            stuck, before = {s for s in self._subscriptions if s.stuck}, stuck
            for subscription in stuck & before:
                subscription.abandon()

    async def _allowed(self, guard: Guard) -> bool:
        try:
            return await guard.valid()
        except DibsError as error:
            _log.warning("guard_unanswered", problem=str(error))
            return True  # the database is away: nobody can be looked up, and nothing new is read either
        except Exception:
            _log.exception("guard_failed")
            return False

    async def _poll(self) -> None:
        """Find what no ring told of: often while the bus is not healthy, now and then while it is."""
        waited = 0.0
        while True:
            await asyncio.sleep(POLL_SECONDS)
            waited += POLL_SECONDS
            keys = list(self._channels)
            if not keys or (self._bus.healthy and waited < SAFETY_POLL_SECONDS):
                continue
            waited = 0.0
            try:
                await self._compare(keys)
            except DibsError as error:
                _log.warning("outbox_unreadable", problem=str(error))

    async def _compare(self, keys: Sequence[TopicKey]) -> None:
        before = {key: self._channels[key].last_seq for key in keys}
        for key, newest in (await outbox.positions(self._db, keys)).items():
            channel = self._channels.get(key)
            if channel is None:
                continue
            if newest.epoch == channel.epoch and newest.seq < before[key]:
                channel.restart(newest, "gap")  # the database was set back to an earlier state
            else:
                channel.learn(newest)
