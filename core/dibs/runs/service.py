"""Runs of each workspace: reading them, and opening one for the job that does it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any
from uuid import UUID

import attrs
import structlog

from dibs.audit_log import Actor
from dibs.db import LOST
from dibs.errors import DibsError, NotFoundError
from dibs.models.runs import FinishedRun, NewRun, RunState, RunView
from dibs.runs import sql
from dibs.runs.estimate import past_of
from dibs.runs.run import Run, problem_of
from dibs.runs.shapes import decoded, encoded, run_view
from dibs.runs.telling import ERROR, change

if TYPE_CHECKING:
    from dibs.trading.transactions import TransactionParts

_log = structlog.get_logger("dibs.runs")


@attrs.frozen(eq=False)
class Runs:
    """Long work; every method takes the workspace first."""

    parts: TransactionParts

    async def begin(self, workspace_id: UUID, new: NewRun, actor: Actor) -> RunView:
        """Begin long work in a transaction of its own. See `RunDesk.begin`."""
        async with self.parts.open(workspace_id, None, actor) as context:
            return await context.runs.begin(new)

    async def retry(self, workspace_id: UUID, run_id: UUID, actor: Actor) -> RunView:
        """Begin a run anew that failed. See `RunDesk.retry`."""
        async with self.parts.open(workspace_id, None, actor) as context:
            return await context.runs.retry(run_id)

    async def get(self, workspace_id: UUID, run_id: UUID) -> FinishedRun:
        """A run and what came of it. Raises `NotFoundError`."""
        row = await self._row(workspace_id, run_id)
        return FinishedRun(run_view(row), decoded(row["result"]))

    async def permission(self, workspace_id: UUID, run_id: UUID) -> str:
        """What somebody needs to begin a run anew. Raises `NotFoundError`."""
        return str((await self._row(workspace_id, run_id))["permission"])

    async def page(
        self,
        workspace_id: UUID,
        *,
        kind: str | None = None,
        states: Sequence[RunState] | None = None,
        cursor: UUID | None = None,
        limit: int = 50,
    ) -> tuple[list[RunView], UUID | None]:
        """Runs, the newest first, and the cursor of the next page."""
        asked = kind, None if states is None else list(states), cursor
        rows = await self.parts.db.plain_fetch(sql.PAGE, workspace_id, *asked, limit + 1)
        shown = [run_view(row) for row in rows[:limit]]
        return shown, shown[-1].run_id if len(rows) > limit else None

    @asynccontextmanager
    async def open(self, workspace_id: UUID, run_id: UUID) -> AsyncIterator[Run]:
        """A run in the hands of its job. Raises `NotFoundError`."""
        row = await self._row(workspace_id, run_id)
        past = past_of(await self.parts.db.plain_fetch(sql.PAST, workspace_id, row["kind"]))
        run = Run(
            workspace_id, run_view(row), row["turn"], decoded(row["weights"]), past, self.parts.db, self.parts.hub
        )
        async with run:
            yield run

    async def ended(
        self, workspace_id: UUID, payload: Mapping[str, Any], error: BaseException | None, state: RunState
    ) -> None:
        """A job that does a run is given up: so is the run. A run that is over stays as it is."""
        try:
            run_id = UUID(str(payload["run_id"]))
        except (KeyError, ValueError):
            return
        words = problem_of(error) if error is not None else _SWITCHED_OFF
        args = run_id, state, encoded(words), payload.get("run_turn")
        try:
            await change(self.parts.db, self.parts.hub, workspace_id, ERROR, sql.END, *args)
        except (DibsError, *LOST) as trouble:
            _log.error("run_left_open", run_id=str(run_id), problem=repr(trouble))

    async def _row(self, workspace_id: UUID, run_id: UUID) -> Mapping[str, Any]:
        rows = await self.parts.db.plain_fetch(sql.ONE, workspace_id, run_id)
        if not rows:
            raise NotFoundError("There is no such run.", run_id=str(run_id))
        return rows[0]


_SWITCHED_OFF = {"code": "switched_off", "message": "The plugin that does this is switched off.", "data": {}}
