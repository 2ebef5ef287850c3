"""Delivery: at least once, in no promised order, again and again until the receiver says 200."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from contextlib import suppress
from functools import partial

import aiohttp
import attrs

from dibs_meta_simulator.webhooks.changes import Change, changes_of
from dibs_meta_simulator.webhooks.payloads import Signed, sign
from dibs_meta_simulator.world import Happened, World

MOST = 1000
RETRIES = (0.0, 2.0, 10.0, 60.0, 300.0, 1800.0, 2 * 3600.0, 6 * 3600.0, 12 * 3600.0, 15 * 3600.0)
_KEPT = 5000
_PATIENCE = 20


@attrs.define(eq=False)
class Delivery:
    """One POST and what came of it: `answers` are the statuses, 0 for none, `took` how long each was waited for."""

    url: str
    signed: Signed
    changes: int
    answers: list[int] = attrs.field(factory=list)
    took: list[float] = attrs.field(factory=list)
    dropped: bool = False

    @property
    def done(self) -> bool:
        """Whether the receiver took it."""
        return 200 in self.answers


@attrs.define(eq=False)
class Deliveries:
    """Sends what an app subscribed to.

    Attributes:
        batch: up to how many changes go in one POST; `hold` is how long one waits for company, in seconds.
        retries: seconds between attempts; the first comes at once, the last 36 hours after the beginning.
    """

    world: World
    batch: int = 1
    hold: float = 0.0
    parallel: int = 16
    retries: tuple[float, ...] = RETRIES
    recent: deque[Delivery] = attrs.field(factory=lambda: deque(maxlen=_KEPT))
    sent: int = 0
    refused: int = 0
    _pending: dict[tuple[int, str, str], list[Change]] = attrs.field(factory=dict)
    _queue: asyncio.Queue[Delivery] = attrs.field(factory=asyncio.Queue)
    _workers: list[asyncio.Task[None]] = attrs.field(factory=list)
    _timers: dict[tuple[int, str, str], asyncio.TimerHandle] = attrs.field(factory=dict)

    async def start(self) -> None:
        """Begin to send."""
        self.world.listen(self._heard)
        self._workers = [asyncio.create_task(self._work()) for _ in range(self.parallel)]

    async def close(self) -> None:
        """Stop, whatever is still to be sent."""
        for timer in self._timers.values():
            timer.cancel()
        for worker in self._workers:
            worker.cancel()
        for worker in self._workers:
            with suppress(asyncio.CancelledError):
                await worker

    async def settled(self) -> None:
        """Wait until nothing waits to be sent but what is late or to be tried again."""
        for key in list(self._pending):
            self._flush(key)
        await self._queue.join()

    def post(self, url: str, signed: Signed, changes: int = 1) -> Delivery:
        """Send something now."""
        delivery = Delivery(url, signed, changes)
        self.recent.append(delivery)
        self._queue.put_nowait(delivery)
        return delivery

    def _heard(self, happened: Happened) -> None:
        for change in changes_of(self.world, happened):
            where = {"object": change.object, "field": change.field}
            if self.world.faults.hit("webhook_lost", where):
                continue
            late = self.world.faults.hit("webhook_late", where)
            mixed = self.world.faults.hit("webhook_reorder", where)
            wait = late.number("seconds", 5) if late else 0.0
            wait += mixed.number("seconds", 0.5) * self.world.dice.share() if mixed else 0.0
            if wait:
                self.world.schedule.after(wait, partial(self._add, change))
            else:
                self._add(change)

    def _add(self, change: Change) -> None:
        key = (id(change.app), change.object, change.secret)
        waiting = self._pending.setdefault(key, [])
        waiting.append(change)
        if len(waiting) >= min(self.batch, MOST) or not self.hold:
            self._flush(key)
        elif len(waiting) == 1:
            self._timers[key] = asyncio.get_running_loop().call_later(self.hold, self._flush, key)

    def _flush(self, key: tuple[int, str, str]) -> None:
        changes = self._pending.pop(key, [])
        timer = self._timers.pop(key, None)
        if timer is not None:
            timer.cancel()
        if not changes:
            return
        subscription = changes[0].app.subscriptions.get(changes[0].object)
        if subscription is None:
            return
        where = {"object": changes[0].object, "field": changes[0].field}
        signed = sign(self.world, changes)
        self.post(subscription.callback_url, signed, len(changes))
        again = self.world.faults.hit("webhook_duplicate", where)
        for number in range(int(again.number("copies", 1)) if again else 0):
            wait = again.number("seconds", 0) * (number + 1) if again else 0
            self.world.schedule.after(wait, partial(self.post, subscription.callback_url, signed, len(changes)))

    async def _work(self) -> None:
        timeout = aiohttp.ClientTimeout(_PATIENCE)
        async with aiohttp.ClientSession(timeout=timeout) as session:
            while True:
                delivery = await self._queue.get()
                try:
                    await self._attempt(session, delivery)
                finally:
                    self._queue.task_done()

    async def _attempt(self, session: aiohttp.ClientSession, delivery: Delivery) -> None:
        self.sent += 1
        begun = time.monotonic()
        try:
            async with session.post(
                delivery.url, data=delivery.signed.body, headers=delivery.signed.headers, allow_redirects=False
            ) as response:
                status = response.status
        except (aiohttp.ClientError, TimeoutError):
            status = 0
        delivery.answers.append(status)
        delivery.took.append(time.monotonic() - begun)
        if status == 200:
            return
        self.refused += 1
        if len(delivery.answers) > len(self.retries):
            delivery.dropped = True
            return
        self.world.schedule.after(self.retries[len(delivery.answers) - 1], partial(self._queue.put_nowait, delivery))
