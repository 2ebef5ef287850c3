"""How the parts of a runtime are joined: what the lane wrote reaches the hub, what a plugin broke is
noted."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from uuid import UUID

import attrs
import structlog

from dibs.db import Database
from dibs.errors import DibsError, FieldFault, PluginHookError, SettingsError
from dibs.events.bus import EventBus
from dibs.events.hub import Hub
from dibs.events.model import Event
from dibs.flags import FlagService, SwitchedOff
from dibs.lane.changes import Changes
from dibs.lane.commands import Command
from dibs.lane.commit import Written
from dibs.lane.decide import DecisionHooks
from dibs.lane.lanes import Lanes
from dibs.plugins import PluginManager
from dibs.settings import Settings

log = structlog.get_logger("dibs.plugins")


async def make_hub(db: Database, plugins: PluginManager, settings: Settings) -> Hub:
    """The hub on the bus that the settings name.

    Raises:
        SettingsError: no plugin gives a bus of this name.
    """
    bus: EventBus | None = await plugins.all_hooks().first("event_bus", settings.bus, settings)
    if bus is None:
        fault = FieldFault("bus", f"no plugin gives a bus called {settings.bus}")
        raise SettingsError(f"The settings have 1 fault(s): {fault.path}: {fault.problem}", [fault])
    return Hub(db, bus)


@attrs.define(eq=False)
class LaneLinks:
    """What the lanes of a process report to: the hub gets the events, the health of plugins their
    failures."""

    hub: Hub
    flags: FlagService
    lanes: Lanes = attrs.field(init=False)
    _reports: set[asyncio.Task[None]] = attrs.field(factory=set, init=False)

    def make_lanes(self, db: Database) -> Lanes:
        """The lanes, joined to these links."""
        self.lanes = Lanes(db, self.flags.hooks_for, self.published, self.failed)
        return self.lanes

    def published(self, changes: Changes, written: Written) -> None:
        """Hand committed events to the hub."""
        events = [Event(kind, data) for kind, data in changes.events]
        first = written.last_seq - len(events) + 1
        self.hub.publish(changes.board.workspace_id, changes.board.topic, written.epoch, first, events)

    async def failed(self, workspace_id: UUID, show_id: UUID | None, failures: Sequence[tuple[str, str]]) -> None:
        """Note what plugins did wrong; tell the operators of the show, if it was in one, of a plugin that was
        switched off."""
        times = Counter(plugin for plugin, _ in failures)
        for plugin, words in dict(failures).items():
            log.warning("plugin_failed", plugin=plugin, show_id=str(show_id), problem=words, times=times[plugin])
            if not plugin:
                continue
            error = PluginHookError(words, plugin=plugin)
            notice = await self.flags.health.failed(workspace_id, plugin, error, times[plugin])
            if notice is not None:
                self._report(workspace_id, show_id, notice)

    def _report(self, workspace_id: UUID, show_id: UUID | None, notice: SwitchedOff) -> None:
        """In a task of its own: the lane that reports would otherwise wait for itself."""
        log.error("plugin_switched_off", plugin=notice.plugin, workspace_id=str(workspace_id))
        if show_id is None:
            return
        task = asyncio.create_task(self._tell(workspace_id, show_id, notice))
        self._reports.add(task)
        task.add_done_callback(self._reports.discard)

    async def _tell(self, workspace_id: UUID, show_id: UUID, notice: SwitchedOff) -> None:
        try:
            await self.lanes.command(workspace_id, show_id, _problem(notice))
        except DibsError as error:
            log.warning("notice_not_delivered", plugin=notice.plugin, problem=str(error))


def _problem(notice: SwitchedOff) -> Command:
    def run(changes: Changes, _: DecisionHooks) -> None:
        changes.emit("problem", {"code": notice.code, "message": notice.message, "plugin": notice.plugin})

    return run
