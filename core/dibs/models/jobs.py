"""Work that is done later, by whichever process has time, at least once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

import attrs

if TYPE_CHECKING:
    from dibs.models.events import WorkspaceData


class JobQueue(Protocol):
    """Takes jobs in, in the transaction of whoever hands them in."""

    async def enqueue(
        self, job: str, payload: Mapping[str, Any], *, key: str | None = None, run_at: datetime | None = None
    ) -> None:
        """Have `job` run with a JSON-able payload. While one of the same `key` waits or runs, another is not taken."""


@attrs.frozen(eq=False)
class JobContext:
    """What a running job may use: its workspace, the database (each statement its own transaction), more jobs.

    `services` gives what a plugin may do at platforms: `platform(name)`, `account(connection_id)`.
    """

    workspace_id: UUID
    data: WorkspaceData
    jobs: JobQueue
    services: Any
    attempt: int = 1


@attrs.frozen
class Job:
    """A kind of job: `name` is `<plugin>.<verb>`.

    `run` raises `TryAgainError` to be called again after its `retry_after` (else with growing pauses), up to
    `attempts` times; anything else that it raises ends it, and stands in the log.
    """

    name: str
    run: Callable[[JobContext, Mapping[str, Any]], Awaitable[None]]
    attempts: int = 8
