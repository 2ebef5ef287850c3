"""Opening transactions for plugins."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, TypeAlias
from uuid import UUID

import attrs

from dibs.audit_log import Actor
from dibs.hooks.workspace import HookCall, answer_of
from dibs.jobs.queue import TransactionQueue
from dibs.models.events import EventContext
from dibs.models.pricing import PluginContext
from dibs.runs.desk import RunDesk
from dibs.trading.desk import TradingDesk
from dibs.trading.telling import Telling
from dibs.workspace_data import TransactionData
from dibs.workspace_settings.plugin_values import plugin_settings

if TYPE_CHECKING:
    from dibs.db import Database, RawConnection
    from dibs.errors import PluginHookError
    from dibs.events.hub import Hub
    from dibs.flags import FlagService
    from dibs.jobs.registry import Registry
    from dibs.plugins import PluginManager

Asked: TypeAlias = list[tuple[str, Any]]
Ready: TypeAlias = list[tuple[HookCall, Any]]
Callers: TypeAlias = list[tuple[HookCall, PluginContext]]
Ask: TypeAlias = Callable[["RawConnection", UUID, str, tuple[Any, ...]], Awaitable[Asked]]
"""Asks a hook that reads, in the transaction of a connection: each plugin's answer with its name, None left out."""
# Of these the first answer is the only one.
_FIRST = frozenset({"price_lines", "check_credit", "credit_left"})


@attrs.define(eq=False)
class TransactionParts:
    """What transactions are made of. `hub` is there once the runtime has started."""

    db: Database
    plugins: PluginManager
    flags: FlagService
    registry: Registry
    hub: Hub | None = None

    async def ask(self, connection: RawConnection, workspace_id: UUID, hook: str, args: tuple[Any, ...]) -> Asked:
        """What the plugins of a workspace answer to a hook whose first argument is a `PluginContext`.

        Raises:
            PluginHookError: a plugin failed; it is named.
        """
        return await self.ask_ready(await self.ready(workspace_id, hook), connection, workspace_id, hook, args)

    async def ask_ready(
        self, ready: Ready, connection: RawConnection, workspace_id: UUID, hook: str, args: tuple[Any, ...]
    ) -> Asked:
        """The same, of those that `ready` has found: nothing is read but on this connection."""
        found: Asked = []
        for call, context in _with(ready, connection, workspace_id):
            answer = await answer_of(hook, call, (context, *args))
            if answer is not None:
                found.append((call.plugin, answer))
                if hook in _FIRST:
                    break
        return found

    async def callers(self, connection: RawConnection, workspace_id: UUID, hook: str) -> Callers:
        """The plugins of a workspace that have a hook, each with what it reads with, in the order of asking."""
        return _with(await self.ready(workspace_id, hook), connection, workspace_id)

    async def ready(self, workspace_id: UUID, hook: str) -> Ready:
        """The plugins of a workspace that have a hook, with their settings, in the order of asking."""
        calls = (await self.flags.hooks_for(workspace_id)).calls(hook)
        return [(call, await plugin_settings(self.db, self.plugins, workspace_id, call.plugin)) for call in calls]

    async def failed(self, workspace_id: UUID, error: PluginHookError) -> None:
        """Note that a plugin failed, outside the transaction; the fifth failure within a minute switches it off."""
        await self.flags.health.failed(workspace_id, str(error.data["plugin"]), error)

    @asynccontextmanager
    async def open(self, workspace_id: UUID, plugin: str | None, actor: Actor) -> AsyncIterator[EventContext]:
        """A transaction for a plugin: all that is done in it happens, or nothing. Events are rung after it."""
        settings = None if plugin is None else await plugin_settings(self.db, self.plugins, workspace_id, plugin)
        telling = Telling(workspace_id)
        async with self.db.transaction(), self.db.raw() as connection:
            yield self.context(workspace_id, connection, settings, actor, telling)
            await telling.write(connection)
        if self.hub is not None:
            telling.ring(self.hub)

    def context(
        self,
        workspace_id: UUID,
        connection: RawConnection,
        settings: Any,
        actor: Actor,
        telling: Telling,
        begin: Callable[[], Awaitable[None]] | None = None,
    ) -> EventContext:
        """What a plugin may use in the transaction of a connection."""
        jobs = TransactionQueue(workspace_id, connection, self.registry, begin)
        return EventContext(
            TransactionData(workspace_id, connection, begin),
            jobs,
            settings,
            TradingDesk.at(self, workspace_id, connection, actor, telling, begin),
            RunDesk(workspace_id, actor, connection, jobs, telling, begin),
        )


def _with(ready: Ready, connection: RawConnection, workspace_id: UUID) -> Callers:
    data = TransactionData(workspace_id, connection)
    return [(call, PluginContext(data, settings)) for call, settings in ready]
