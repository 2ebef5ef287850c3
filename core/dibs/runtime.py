"""What one process has running: its parts, started in order and closed in reverse."""

from __future__ import annotations

import asyncio
import functools
import gc
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import attrs
import structlog

from dibs.accounts.service import Accounts
from dibs.connections import Connections
from dibs.connections.keeper import schedule_checks
from dibs.customer_access import CustomerAccess
from dibs.db import Database
from dibs.embedded import revive_embedded, start_embedded
from dibs.erasure import EraseKeeper, Erasing, Erasures, PluginTraces
from dibs.events.hub import Hub
from dibs.flags import FlagService
from dibs.jobs import Jobs
from dibs.lane.lanes import Lanes
from dibs.metrics import Metrics
from dibs.migrate import up_to_date
from dibs.orders.job import show_orders_job
from dibs.outgoing import Outgoing
from dibs.platforms.registry import Platforms, private_hosts
from dibs.plugins import PluginManager, load_plugins
from dibs.plugins.migrations import migrate_all
from dibs.practice import Practice
from dibs.relay import Relay
from dibs.runs.service import Runs
from dibs.settings import Settings
from dibs.streams.parts import Pace, Parts
from dibs.streams.service import Streams
from dibs.trading.transactions import TransactionParts
from dibs.webhooks import WebhookInbox, WebhookWorker
from dibs.webhooks.counters import WebhookCounters
from dibs.wiring import LaneLinks, make_hub
from dibs.workspace_settings.retention import RetentionKeeper

# Decisions make tens of thousands of small objects a second and hardly a cycle: looking for cycles less often saves a
# tenth of the time of a batch (measured: 3 of 28 µs a comment).
COLLECTOR = (50_000, 20, 100)
log = structlog.get_logger("dibs.runtime")


@attrs.define(eq=False)
class Runtime:
    """The shared objects of one process. Nothing is connected before `start`.

    Attributes:
        settings: what the process was told; once started, with the address of the database.
        plugins: the plugins that are installed.
        background: run jobs and hand events to plugins too; the command line does not.
        db: the gateway to PostgreSQL.
        accounts: people, workspaces, sign-ins.
        customer_access: how customers come in.
        flags: which plugins a workspace has.
        hub: hands committed events to those who listen. Made by `start`.
        lanes: all writing to shows. Made by `start`.
        outgoing: for calls to other servers.
        platforms: the adapters that plugins give.
        connections: accounts at platforms, by workspace.
        practice: the simulated audiences of this process. Made by `start`.
        webhooks: takes in what platforms send. `webhook_worker` works it off. Both made by `start`.
        erasures: people who are to be forgotten. `erase_keeper` removes their traces. Both made by `start`.
        jobs: work that is done later. Kinds and schedules are added before `start`.
        transactions: opens transactions for plugins.
        runs: long work that people wait for.
        relay: hands committed events to plugins. Made by `start`.
        streams: what shows listen to, and those of it that this process reads. Made by `start`.
        pace: how often and how long streams are looked at; set before `start`.
        metrics: counters that every part may add to.
        stopping: set when the process was told to end; `/readyz` then answers 503.
    """

    settings: Settings
    plugins: PluginManager = attrs.field(factory=load_plugins)
    background: bool = True
    db: Database = attrs.field(init=False)
    accounts: Accounts = attrs.field(init=False)
    customer_access: CustomerAccess = attrs.field(init=False)
    flags: FlagService = attrs.field(init=False)
    hub: Hub = attrs.field(init=False)
    lanes: Lanes = attrs.field(init=False)
    practice: Practice = attrs.field(init=False)
    outgoing: Outgoing = attrs.field(init=False)
    platforms: Platforms = attrs.field(init=False)
    connections: Connections = attrs.field(init=False)
    webhooks: WebhookInbox = attrs.field(init=False)
    webhook_worker: WebhookWorker = attrs.field(init=False)
    webhook_counters: WebhookCounters = attrs.field(init=False)
    streams: Streams = attrs.field(init=False)
    pace: Pace = attrs.field(factory=Pace, init=False)
    erasures: Erasures = attrs.field(init=False)
    erase_keeper: EraseKeeper = attrs.field(init=False)
    metrics: Metrics = attrs.field(factory=Metrics, init=False)
    jobs: Jobs = attrs.field(init=False)
    transactions: TransactionParts = attrs.field(init=False)
    runs: Runs = attrs.field(init=False)
    relay: Relay = attrs.field(init=False)
    stopping: bool = attrs.field(default=False, init=False)
    _started: bool = attrs.field(default=False, init=False)
    _ending: asyncio.Task[None] | None = attrs.field(default=None, init=False)
    _parts: AsyncExitStack = attrs.field(factory=AsyncExitStack, init=False)

    def __attrs_post_init__(self) -> None:
        self.db = Database(self.settings.database_url or "")
        self.accounts = Accounts(self.db, self.settings)
        self.customer_access = CustomerAccess(self.db, self.settings, self.accounts.limits)
        self.flags = FlagService(self.db, self.plugins)
        self.outgoing = Outgoing(private_hosts(self.settings.plugins))
        self.platforms = Platforms(self.flags)
        self.connections = Connections(self.db, self.platforms, self.settings)
        self.webhook_counters = WebhookCounters(self.metrics.registry)
        self.jobs = Jobs(self.db, self.flags, self.plugins, self.connections, self.metrics)
        schedule_checks(self.jobs.registry, self.connections)
        self.transactions = TransactionParts(self.db, self.plugins, self.flags, self.jobs.registry)
        self.jobs.transactions = self.transactions
        self.jobs.registry.add(show_orders_job(self.transactions))
        self.runs = Runs(self.transactions)

    async def start(self) -> None:
        """Start every part: database, migrations, accounts, flags, hub, lanes. If one fails all are closed.

        Once started, another call does nothing.
        """
        if self._started:
            return
        gc.set_threshold(*COLLECTOR)
        self.plugins.take_instance_settings(self.settings.plugins)
        async with AsyncExitStack() as stack:
            stack.push_async_callback(self.outgoing.close)
            self.platforms.load(self.plugins, self.outgoing, self.settings.origin)
            await self._start_database(stack)
            await self._make_parts()
            for part in (
                self.accounts,
                self.customer_access,
                self.flags,
                RetentionKeeper(self.db, PluginTraces(self.transactions)),
            ):
                await part.start()
                stack.push_async_callback(part.close)
            stack.push_async_callback(self.begin_shutdown)
            await self.hub.start()
            await self.lanes.start()
            if self.background:
                for living in (self.streams, self.webhook_worker, self.erase_keeper, self.jobs, self.relay):
                    await living.start()
            self._parts, self._started = stack.pop_all(), True

    async def migrated(self) -> bool:
        """Whether the database answers and has every migration that this code knows."""
        rows = await self.db.hot_fetch("SELECT version_num FROM alembic_version")
        return up_to_date((row[0] for row in rows), self.plugins.migration_folders())

    async def begin_shutdown(self) -> None:
        """Stop what is live: commit what was handed in, give the shows up, tell stream clients to come back.

        May be called again; every call returns when all of it is done.
        """
        if self._ending is None:
            self.stopping = True
            self._ending = asyncio.create_task(self._end_live())
        await asyncio.shield(self._ending)

    async def _end_live(self) -> None:
        """What brings comments stops, then the lanes: their last events still reach clients and other processes."""
        sources = (self.webhooks, self.webhook_worker, self.streams, self.practice, self.erase_keeper)
        for part in (*sources, self.lanes, self.relay, self.jobs, self.hub):
            try:
                async with asyncio.timeout(self.settings.shutdown_seconds):
                    await part.close()
            except Exception as error:
                log.error("not_closed", part=type(part).__name__, problem=repr(error))

    async def close(self) -> None:
        """Close every part, the last started first; what is in flight is finished."""
        await self._parts.aclose()

    async def _make_parts(self) -> None:
        """The parts that need others, none of them at work yet."""
        self.hub = self.connections.hub = self.transactions.hub = await make_hub(self.db, self.plugins, self.settings)
        links = LaneLinks(self.hub, self.flags, self.transactions)
        self.lanes = links.make_lanes(self.db)
        self.practice = Practice(self.db, self.lanes, self.flags)
        await self.connections.start()
        parts = (self.db, self.hub, self.lanes, self.platforms, self.connections, self.plugins)
        self.streams = Streams(Parts(*parts, self.pace))
        by_account, deliver = self.connections.by_account, self.streams.deliver
        self.webhook_worker = WebhookWorker(self.db, self.platforms, by_account, deliver, self.webhook_counters)
        self.webhooks = WebhookInbox(self.db, self.webhook_worker.wake)
        self.erasures = Erasures(self.db, self.connections, Erasing(self.db, self.hub))
        self.erase_keeper = EraseKeeper(self.db, self.erasures, PluginTraces(self.transactions))
        self.relay = self._make_relay(links)

    def _make_relay(self, links: LaneLinks) -> Relay:
        relay = Relay(self.db, self.plugins, self.flags, self.transactions, links.failed, self.metrics)
        self.hub.followers.append(relay.published)
        return relay

    async def _start_database(self, stack: AsyncExitStack) -> None:
        if not self.db.url:
            self.db.url = await asyncio.to_thread(start_embedded, self.settings.data_dir)
            self.settings = attrs.evolve(self.settings, database_url=self.db.url)
            self.db.revive = functools.partial(revive_embedded, self.settings.data_dir)
        await migrate_all(self.db.url, self.plugins)
        stack.push_async_callback(self.db.close)
        await self.db.connect()


@asynccontextmanager
async def open_runtime(settings: Settings) -> AsyncIterator[Runtime]:
    """A started runtime without a web server, for the command line."""
    runtime = Runtime(settings, background=False)
    await runtime.start()
    try:
        yield runtime
    finally:
        await runtime.close()


def current_runtime() -> Runtime:
    """The runtime of the application that handles this request."""
    from quart import current_app  # noqa: PLC0415 - the command line works without a web framework

    runtime = current_app.extensions["dibs"]
    assert isinstance(runtime, Runtime)
    return runtime
