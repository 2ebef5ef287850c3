"""What a plugin gets that follows committed events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

import attrs

from dibs.errors import PluginError

if TYPE_CHECKING:
    from dibs.models.jobs import JobQueue
    from dibs.runs.desk import RunDesk
    from dibs.trading.desk import TradingDesk


@attrs.frozen
class CommittedEvent:
    """An event that was committed.

    Attributes:
        topic: `show:<id>` or `workspace:<id>`; `seq` counts in it without gaps.
        kind: such as `claim.won`; `data` is its payload.
        at: when it was committed.
    """

    workspace_id: UUID
    topic: str
    epoch: str
    seq: int
    kind: str
    data: Mapping[str, Any]
    at: datetime

    @property
    def show_id(self) -> UUID | None:
        """The show that it happened in, None if in no show."""
        head, _, tail = self.topic.partition(":")
        return UUID(tail) if head == "show" else None


class WorkspaceData(Protocol):
    """The database, for one workspace: `$1` is its id in every statement, further arguments follow from `$2`.

    A statement that does not name `workspace_id` is refused. Plugins write to tables of their own alone.
    """

    @property
    def workspace_id(self) -> UUID:
        """The workspace."""

    async def fetch(self, sql: str, *args: Any) -> Sequence[Mapping[str, Any]]:
        """The rows of a statement."""

    async def execute(self, sql: str, *args: Any) -> None:
        """Carry a statement out."""


@attrs.frozen(eq=False)
class EventContext:
    """What a plugin may use in one transaction: all of it is committed together, or nothing is.

    `handle_event` gets one that is committed with the fact that the event was handled; `workspace_transaction`,
    `customer_transaction` and `JobContext.transaction` open others.

    Attributes:
        data: the database, in the transaction.
        jobs: for what has to wait for others: it runs after the commit.
        settings: the workspace's settings of the plugin, of its `PluginInfo.settings` class, or None.
        desk: stock, prices, credit, orders, events and the audit log, in the same transaction.
    """

    data: WorkspaceData
    jobs: JobQueue
    settings: Any = None
    _desk: TradingDesk | None = None
    _runs: RunDesk | None = None

    @property
    def desk(self) -> TradingDesk:
        """Stock, prices, credit, orders, events and the audit log, in the same transaction."""
        if self._desk is None:
            raise PluginError("There is no transaction to trade in.")
        return self._desk

    @property
    def runs(self) -> RunDesk:
        """Long work that people wait for: beginning it, going on with it, stopping it, in the same transaction."""
        if self._runs is None:
            raise PluginError("There is no transaction to begin a run in.")
        return self._runs
