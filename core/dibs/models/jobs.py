"""Work that is done later, by whichever process has time, at least once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol, TypeVar
from uuid import UUID

import attrs

from dibs.errors import PluginError

if TYPE_CHECKING:
    from dibs.hooks import WorkspaceHooks
    from dibs.models.events import EventContext, WorkspaceData
    from dibs.models.platform import Account, Platform
    from dibs.runs.run import Run


T = TypeVar("T")


class JobQueue(Protocol):
    """Takes jobs in, in the transaction of whoever hands them in."""

    async def enqueue(
        self, job: str, payload: Mapping[str, Any], *, key: str | None = None, run_at: datetime | None = None
    ) -> None:
        """Have `job` run with a JSON-able payload. While one of the same `key` waits or runs, another is not taken."""


class Services(Protocol):
    """What a plugin may do at platforms, for one workspace."""

    async def platform(self, name: str) -> Platform:
        """An adapter that the workspace has. Raises `NotFoundError`."""

    async def account(self, connection_id: UUID) -> Account:
        """The account behind a connection, with its token.

        Raises:
            NotFoundError: the workspace has no such connection.
            RefusedError: it has to be connected again; the reason is `token`.
        """

    async def call(self, connection_id: UUID, work: Callable[[Platform, Account], Awaitable[T]]) -> T:
        """Do something at the platform of a connection; the state of the connection follows from how it went.

        Raises:
            NotFoundError: as `account`, or the workspace does not have the platform.
            TryAgainError, RefusedError: as `account`, or from the platform.
        """


@attrs.frozen(eq=False)
class JobContext:
    """What a running job may use.

    Attributes:
        data: the database, each statement its own transaction.
        jobs: more jobs.
        services: platforms and the accounts there.
        settings: the workspace's settings of the plugin, of its `PluginInfo.settings` class, or None.
        attempt: 1 at first; a process that dies in the middle does not count.
    """

    workspace_id: UUID
    data: WorkspaceData
    jobs: JobQueue
    services: Services
    settings: Any = None
    attempt: int = 1
    _open: Callable[[], AbstractAsyncContextManager[EventContext]] | None = attrs.field(default=None, repr=False)
    _hooks: Callable[[], Awaitable[WorkspaceHooks]] | None = attrs.field(default=None, repr=False)
    _run: Callable[[UUID], AbstractAsyncContextManager[Run]] | None = attrs.field(default=None, repr=False)

    def transaction(self) -> AbstractAsyncContextManager[EventContext]:
        """`async with context.transaction() as t:` is one transaction: all that `t` does happens, or nothing."""
        if self._open is None:
            raise PluginError("This job has no database.")
        return self._open()

    async def hooks(self) -> WorkspaceHooks:
        """The hooks of the plugins that the workspace has, such as `read_purchase_order`."""
        if self._hooks is None:
            raise PluginError("This job has no plugins.")
        return await self._hooks()

    def run(self, run_id: UUID | str) -> AbstractAsyncContextManager[Run]:
        """`async with context.run(payload["run_id"]) as run:` reports to the people who wait. See `dibs.runs.Run`.

        Raises:
            NotFoundError: there is no such run.
        """
        if self._run is None:
            raise PluginError("This job has no database.")
        return self._run(UUID(str(run_id)))


@attrs.frozen
class Job:
    """A kind of job: `name` is `<plugin>.<verb>`.

    With `every`, a cron expression in UTC such as `*/15 * * * *`, it also runs by itself in each workspace that has the
    plugin, with an empty payload.

    `run` raises `TryAgainError` or `UnavailableError` to be called again after its `retry_after` (else with growing
    pauses), up to `attempts` times; anything else that it raises ends it. A job that failed for good is kept for
    `dibs jobs`, which shows why and can begin it anew. `run` has `seconds`; what takes longer is tried again.

    It runs at least once: a process may die between what a job did and the note that it did it.
    """

    name: str
    run: Callable[[JobContext, Mapping[str, Any]], Awaitable[None]]
    attempts: int = 8
    seconds: float = 120.0
    every: str | None = None
