"""Follows what was committed and hands it to the plugins of each workspace, once for each event."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

import asyncpg
import attrs
import structlog
from prometheus_client import Counter, Gauge

from dibs.clock import utc_now
from dibs.db import LOST
from dibs.errors import UnavailableError
from dibs.events.model import TopicKey
from dibs.hooks.waiting import ASYNC_LIMIT
from dibs.jobs.loading import is_loaded, library
from dibs.relay import positions
from dibs.relay.handling import Failure, Handling, Listener, committed
from dibs.trading.telling import Telling
from dibs.workspace_settings.plugin_values import plugin_settings

if TYPE_CHECKING:
    from dibs.db import Database, Pool, RawConnection
    from dibs.flags import FlagService
    from dibs.metrics import Metrics
    from dibs.plugins import PluginManager
    from dibs.trading.transactions import TransactionParts

WORKERS = 2
HOOK_SECONDS = ASYNC_LIMIT
BUSY_SECONDS = 0.25
_log = structlog.get_logger("dibs.relay")
Report = Callable[[UUID, UUID | None, Sequence[tuple[str, str]]], Awaitable[None]]


@attrs.define(eq=False)
class Relay:
    """The relay of a process. `report` is told what plugins did wrong.

    A topic is followed by whoever holds its row in `relay_positions`: one process at a time. Rings of this process's
    writers wake it; what they don't tell of is found by looking every `look_seconds`.
    """

    db: Database
    plugins: PluginManager
    flags: FlagService
    parts: TransactionParts
    report: Report
    metrics: Metrics
    look_seconds: float = attrs.field(default=5.0, init=False)
    _due: dict[TopicKey, int] = attrs.field(factory=dict, init=False)
    _busy: dict[TopicKey, int] = attrs.field(factory=dict, init=False)
    _signal: asyncio.Event = attrs.field(factory=asyncio.Event, init=False)
    _tasks: list[asyncio.Task[None]] = attrs.field(factory=list, init=False)
    _pool: Pool | None = attrs.field(default=None, init=False)
    _lag: Gauge = attrs.field(init=False)
    _behind: Gauge = attrs.field(init=False)
    _handled: Counter = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        registry = self.metrics.registry
        self._lag = Gauge("dibs_relay_lag_seconds", "Age of the last event when plugins got it.", registry=registry)
        self._behind = Gauge("dibs_relay_behind_events", "Events that plugins have not seen yet.", registry=registry)
        self._handled = Counter("dibs_relay_events", "Events handed to plugins.", registry=registry)

    async def start(self) -> None:
        """Begin to follow, if any installed plugin wants to."""
        if self.plugins.all_hooks().calls("handle_event"):
            self._pool = await self.db.open_pool(WORKERS + 1, "dibs relay")
            self._tasks = [asyncio.create_task(self._work(), name=f"relay {n}") for n in range(WORKERS)]
            self._tasks.append(asyncio.create_task(self._look(), name="relay look"))

    async def close(self) -> None:
        """Stop; a page that is under way is rolled back, and read again by whoever comes next."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._pool is not None:
            self._pool.terminate()

    def published(self, workspace_id: UUID, topic: str, first_seq: int) -> None:
        """A ring: a topic has grown, from `first_seq` on. Never waits and never raises."""
        hooks = self.flags.known_hooks(workspace_id)
        if self._tasks and (hooks is None or hooks.calls("handle_event")):
            self._ring((workspace_id, topic), first_seq - 1)

    def _ring(self, key: TopicKey, after: int) -> None:
        self._due.setdefault(key, after)
        self._signal.set()

    async def _work(self) -> None:
        while True:
            key = next((key for key in self._due if key not in self._busy), None)
            if key is None:
                self._signal.clear()
                await self._signal.wait()
                continue
            after = self._busy[key] = self._due.pop(key)
            try:
                await self._follow(key, after)
            finally:
                del self._busy[key]
                self._signal.set()

    async def _follow(self, key: TopicKey, after: int) -> None:
        """Hand out pages until there is nothing left."""
        try:
            while await self._turn(key, after):
                pass
        except (*LOST, UnavailableError) as error:
            _log.warning("relay_interrupted", topic=key[1], problem=repr(error))
            self._later(key, after)
        except Exception as error:
            _log.error("relay_failed", topic=key[1], exc_info=error)  # the next look tries again

    async def _turn(self, key: TopicKey, after: int) -> bool:
        """One page, in one transaction; whether there may be more."""
        listeners = await self._listeners(key[0])
        if not listeners:
            return False
        assert self._pool is not None
        failures: list[Failure] = []
        telling = Telling(key[0])
        ready = is_loaded()
        async with self._pool.acquire() as connection, connection.transaction():
            found = await positions.lock(connection, key)
            if isinstance(found, tuple) and ready:
                upto = await self._hand_out(connection, key, found, listeners, failures, telling)
                await telling.write(connection)
        if self.parts.hub is not None:
            telling.ring(self.parts.hub)
        if found == "new":
            return await positions.begin(self._pool, key, self._woken(key[0]))
        if not ready:
            await library()  # its import would take a hook's time
            return True
        if not isinstance(found, tuple):
            self._later(key, after)
            return False
        if failures:
            await self.report(key[0], _show_of(key[1]), [(one.plugin, one.words) for one in failures])
        return upto != found[1]

    def _woken(self, workspace_id: UUID) -> dict[str, int]:
        """After which number the events came that woke us, by topic of a workspace."""
        return {topic: seq for (where, topic), seq in (self._due | self._busy).items() if where == workspace_id}

    async def _hand_out(
        self,
        connection: RawConnection,
        key: TopicKey,
        stand: tuple[str, int],
        listeners: Sequence[Listener],
        failures: list[Failure],
        telling: Telling,
    ) -> int:
        """Hand a page out; up to where. It ends with a plugin's failure, so that failures are counted soon."""
        page = await positions.next_page(connection, key, *stand, _kinds(listeners))
        if page is None:
            return stand[1]
        handling, upto = Handling(key[0], connection, self.parts, telling, HOOK_SECONDS), page.upto
        for stored in page.events:
            failures += await handling.hand_out(committed(*key, page.epoch, stored), listeners)
            self._handled.inc()
            if failures:
                upto = stored.seq
                break
        if (page.epoch, upto) != stand:
            await positions.advance(connection, key, page.epoch, upto)
        if page.events:
            self._lag.set((utc_now() - page.events[-1].at).total_seconds())
        return upto

    async def _listeners(self, workspace_id: UUID) -> Sequence[Listener]:
        """Who in a workspace follows events, with settings."""
        hooks = await self.flags.hooks_for(workspace_id)
        calls = hooks.calls("handle_event")
        if not calls:
            return ()
        return [
            Listener(
                call,
                frozenset(self.plugins.plugins[call.plugin].info.events),
                await plugin_settings(self.db, self.plugins, workspace_id, call.plugin),
            )
            for call in calls
            if call.plugin in self.plugins.plugins
        ]

    def _later(self, key: TopicKey, after: int) -> None:
        """Another process has the topic, or the database is away."""
        asyncio.get_running_loop().call_later(BUSY_SECONDS, self._ring, key, after)

    async def _look(self) -> None:
        """Find what no ring told of, and give up workspaces in which nobody follows events any more."""
        assert self._pool is not None
        await asyncio.sleep(min(1.0, self.look_seconds))
        while True:
            try:
                found = await positions.behind(self._pool)
                self._behind.set(sum(max(0, count) for count in found.values()))
                for workspace_id in {workspace_id for workspace_id, _ in found}:
                    if not await self._listeners(workspace_id):
                        await positions.forget(self._pool, workspace_id)
                for workspace_id in await positions.live_unfollowed(self._pool):
                    if await self._listeners(workspace_id):
                        await positions.begin(
                            self._pool, (workspace_id, positions.EVERYTHING), self._woken(workspace_id)
                        )
                for key in found:
                    self._ring(key, 0)
            except (*LOST, UnavailableError, asyncpg.PostgresError) as error:
                _log.warning("relay_look_failed", problem=repr(error))
            await asyncio.sleep(self.look_seconds * random.uniform(0.8, 1.2))


def _kinds(listeners: Sequence[Listener]) -> list[str] | None:
    """The kinds that anybody waits for; None for all."""
    if any(not listener.kinds for listener in listeners):
        return None
    return sorted(frozenset().union(*(listener.kinds for listener in listeners)))


def _show_of(topic: str) -> UUID | None:
    head, _, tail = topic.partition(":")
    return UUID(tail) if head == "show" else None
