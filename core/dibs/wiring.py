"""How the parts of a runtime are joined: what the lane wrote reaches the hub, what a plugin broke is
noted."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Coroutine, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

import attrs
import structlog

from dibs.credit.answers import left_fault
from dibs.db import LOST, Database
from dibs.errors import DibsError, FieldFault, PluginHookError, SettingsError
from dibs.events.bus import EventBus
from dibs.events.hub import Hub
from dibs.events.model import Event
from dibs.flags import FlagService, SwitchedOff
from dibs.hooks import broken_answer
from dibs.lane.changes import Changes
from dibs.lane.commands import Command
from dibs.lane.commit import Written
from dibs.lane.credit import ReadCredit
from dibs.lane.decide import DecisionHooks
from dibs.lane.lanes import Lanes
from dibs.plugins import PluginManager
from dibs.settings import Settings
from dibs.trading.transactions import Ready, TransactionParts

if TYPE_CHECKING:
    from dibs.db import RawConnection

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
    transactions: TransactionParts
    lanes: Lanes = attrs.field(init=False)
    _reports: set[asyncio.Task[None]] = attrs.field(factory=set, init=False)

    def make_lanes(self, db: Database) -> Lanes:
        """The lanes, joined to these links."""
        self.lanes = Lanes(db, self.flags.hooks_for, self.published, self.failed, credit=self.credit_left)
        return self.lanes

    def published(self, changes: Changes, written: Written) -> None:
        """Hand committed events to the hub."""
        events = [Event(kind, data) for kind, data in changes.events]
        first = written.last_seq - len(events) + 1
        self.hub.publish(changes.board.workspace_id, changes.board.topic, written.epoch, first, events)

    async def credit_left(self, workspace_id: UUID) -> ReadCredit:
        """Reads what customers may still owe, by the plugin that screens claims. If it fails nobody is screened: what
        they buy is checked again when it becomes an order."""
        ready = await self.transactions.ready(workspace_id, "credit_left")

        async def read(connection: RawConnection, customer_ids: Sequence[UUID]) -> Mapping[UUID, Decimal]:
            try:
                async with connection.transaction():  # a statement that fails must not take the caller's along
                    return await self._left(ready, connection, workspace_id, customer_ids)
            except DibsError as error:
                if not isinstance(error.__cause__, LOST):
                    failure = str(error.data.get("plugin", "")), str(error)
                    self._later(self.failed(workspace_id, None, [failure]))
            return {}

        return read

    async def _left(
        self, ready: Ready, connection: RawConnection, workspace_id: UUID, customer_ids: Sequence[UUID]
    ) -> Mapping[UUID, Decimal]:
        parts = self.transactions
        answers = await parts.ask_ready(ready, connection, workspace_id, "credit_left", (customer_ids,))
        for plugin, answer in answers:
            fault = left_fault(answer, customer_ids)
            if fault is not None:
                raise broken_answer("credit_left", plugin, fault, answer)
            return cast(Mapping[UUID, Decimal], answer)
        return {}

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
        self._later(self._tell(workspace_id, show_id, notice))

    def _later(self, report: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(report)
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
