"""Beginning runs, and going on with them, in the transaction of whoever does so."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

import attrs

from dibs.audit_log import Actor
from dibs.errors import ConflictError, InvalidInputError, NotFoundError
from dibs.ids import uuid7
from dibs.models.runs import NewRun, RunState, RunView
from dibs.runs import sql
from dibs.runs.estimate import past_of, weights_of
from dibs.runs.shapes import decoded, encoded, run_view, told
from dibs.runs.telling import ERROR, STAGE

if TYPE_CHECKING:
    from dibs.db import RawConnection
    from dibs.jobs.queue import TransactionQueue
    from dibs.trading.telling import Telling


@attrs.frozen(eq=False)
class RunDesk:
    """`context.runs` of a transaction: a run and its job are committed together, or neither is."""

    workspace_id: UUID
    actor: Actor
    _connection: RawConnection = attrs.field(repr=False)
    _jobs: TransactionQueue = attrs.field(repr=False)
    _telling: Telling = attrs.field(repr=False)
    _begin: Callable[[], Awaitable[None]] | None = attrs.field(default=None, repr=False)

    async def begin(self, new: NewRun) -> RunView:
        """Begin long work: its job is handed in, with `run_id` in its payload.

        Raises:
            InvalidInputError: there is no stage, one stands there twice, or `path` leads away from this server.
            PluginError: nobody knows such jobs.
        """
        _check(new)
        await self._ready()
        past = past_of(await self._connection.fetch(sql.PAST, self.workspace_id, new.kind))
        run_id = uuid7()
        payload = {**new.payload, "run_id": str(run_id)}
        row = await self._connection.fetchrow(
            sql.BEGIN, self.workspace_id, run_id, new.kind, new.title.replace("\0", "")[:200],
            encoded(list(new.stages)), encoded(weights_of(new.stages, past)), new.path, new.job, encoded(payload),
            new.permission, self.actor.id, self.actor.name,
        )  # fmt: skip
        assert row is not None
        await self._jobs.enqueue(new.job, {**payload, "run_turn": 1}, key=f"{run_id}:1")
        return self._tell(STAGE, run_view(row))

    async def resume(self, run_id: UUID) -> RunView:
        """People have done their part: the job of a run that waits is handed in again.

        Raises:
            ConflictError: it does not wait.
        """
        return await self._again(run_id, ["waiting"], "This work does not wait for anybody.")

    async def retry(self, run_id: UUID) -> RunView:
        """Begin a run anew that failed or was stopped; what is done stays done.

        Raises:
            ConflictError: it runs, is done, or can't be begun anew.
        """
        return await self._again(run_id, ["failed", "stopped"], "This work can't be begun anew.")

    async def stop(self, run_id: UUID, code: str, message: str) -> RunView | None:
        """Give a run up that is not over; its job ends at its next report. None if it was over."""
        await self._ready()
        error = encoded({"code": code, "message": message, "data": {}})
        row = await self._connection.fetchrow(sql.END, self.workspace_id, run_id, "stopped", error, None)
        return None if row is None else self._tell(ERROR, run_view(row))

    async def get(self, run_id: UUID) -> RunView:
        """A run. Raises `NotFoundError`."""
        row = await self._connection.fetchrow(sql.ONE, self.workspace_id, run_id)
        if row is None:
            raise NotFoundError("There is no such run.", run_id=str(run_id))
        return run_view(row)

    async def find(self, run_ids: Sequence[UUID]) -> Mapping[UUID, RunView]:
        """Runs by their ids; those that the workspace does not have are left out."""
        rows = await self._connection.fetch(sql.SOME, self.workspace_id, list(run_ids))
        return {run.run_id: run for run in map(run_view, rows)}

    async def _again(self, run_id: UUID, states: Sequence[RunState], refusal: str) -> RunView:
        await self._ready()
        row = await self._connection.fetchrow(sql.AGAIN, self.workspace_id, run_id, list(states))
        if row is None:
            found = await self.get(run_id)
            raise ConflictError(refusal, run_id=str(run_id), state=found.state)
        await self._connection.execute(sql.FORGET_JOB, f"{self.workspace_id}:{row['job']}:{run_id}:")
        # A key of its own: the job before may still be about to end, and would keep this one out.
        payload = {**decoded(row["payload"]), "run_turn": row["turn"]}
        await self._jobs.enqueue(row["job"], payload, key=f"{run_id}:{row['turn']}")
        return self._tell(STAGE, run_view(row))

    def _tell(self, kind: str, run: RunView) -> RunView:
        self._telling.add(f"workspace:{self.workspace_id}", kind, told(run))
        return run

    async def _ready(self) -> None:
        if self._begin is not None:
            await self._begin()


def _check(new: NewRun) -> None:
    if not new.stages or len(set(new.stages)) != len(new.stages) or not all(new.stages):
        raise InvalidInputError("A run needs stages, each with a name of its own.")
    if new.path is not None and not (new.path.startswith("/") and not new.path.startswith("//")):
        raise InvalidInputError("The path of a run leads to a page of this server.")
