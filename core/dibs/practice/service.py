"""The practice runs of a process: beginning them, ending them, telling how they stand."""

from __future__ import annotations

import asyncio
from contextvars import Context
from typing import TYPE_CHECKING, Any
from uuid import UUID

import attrs
import structlog

from dibs import audit_log
from dibs.audit_log import Actor
from dibs.demo_data.dice import Dice
from dibs.errors import ConflictError, NotFoundError, UnavailableError
from dibs.ids import uuid7
from dibs.practice import rows
from dibs.practice.audience import Audience
from dibs.practice.model import PracticeState, Run
from dibs.practice.runner import Runner
from dibs.practice.setting import make_ready
from dibs.shows.service import Shows

if TYPE_CHECKING:
    from dibs.db import Database
    from dibs.flags import FlagService
    from dibs.lane.lanes import Lanes
    from dibs.models.rules import ShowRules

MOST_IN_A_WORKSPACE, MOST_IN_A_PROCESS = 2, 20
log = structlog.get_logger("dibs.practice")


@attrs.define(eq=False)
class Practice:
    """The simulated audiences that this process plays. The row of a show says which process that is."""

    db: Database
    lanes: Lanes
    flags: FlagService
    _runs: dict[UUID, tuple[Runner, asyncio.Task[None]]] = attrs.field(factory=dict, init=False)

    async def start(self) -> None:
        """Nothing to begin: runs of an earlier process are over."""

    async def close(self) -> None:
        """End every run of this process, and say so."""
        for _, task in list(self._runs.values()):
            task.cancel()
        await asyncio.gather(*(task for _, task in self._runs.values()), return_exceptions=True)

    async def state(self, workspace_id: UUID, show_id: UUID) -> PracticeState:
        """How it stands. Raises `NotFoundError`."""
        found = await rows.read_state(self.db, workspace_id, show_id)
        if found is None:
            raise NotFoundError("There is no such show.", show_id=str(show_id))
        return found

    async def begin(
        self, workspace_id: UUID, show_id: UUID, actor: Actor, per_minute: int, minutes: int
    ) -> PracticeState:
        """Make the show ready and let the audience in.

        Raises:
            NotFoundError: the workspace has no such show.
            ConflictError: it is no practice show, is paused or over, or an audience is there already; or two others
                are in this workspace, as audiences take the time of real sales.
            UnavailableError: the process plays as many as it can.
        """
        state = await self.state(workspace_id, show_id)
        if not state.practice:
            raise ConflictError("Only a practice show has a simulated audience.", practice=False)
        if state.running:
            raise _there_already()
        self._check_room(workspace_id)
        show = await make_ready(self.db, self.lanes, workspace_id, show_id, actor)
        rules = await self._rules(workspace_id, show)
        run = Run(workspace_id, show_id, uuid7(), per_minute, minutes)
        async with self.db.transaction(), self.db.raw() as connection:
            if not await rows.begin(connection, run, self.lanes.owner):
                raise _there_already()
            after = {"comments_per_minute": per_minute, "minutes": minutes}
            await _note(connection, run, actor, "practice.started", after)
        self._play(run, rules)
        return await self.state(workspace_id, show_id)

    async def end(self, workspace_id: UUID, show_id: UUID, actor: Actor) -> PracticeState:
        """Send the audience home, whichever process plays it. If none is there nothing happens.

        Raises:
            NotFoundError: the workspace has no such show.
        """
        await self.state(workspace_id, show_id)
        mine = next((r for r, _ in self._runs.values() if r.about.show_id == show_id), None)
        run = mine.about if mine else Run(workspace_id, show_id, show_id, 1, 1)
        await self._stop(run, actor, None, mine.written if mine else 0)
        for runner, task in list(self._runs.values()):
            if runner.about.show_id == show_id:
                task.cancel()
        return await self.state(workspace_id, show_id)

    def _check_room(self, workspace_id: UUID) -> None:
        mine = [runner for runner, _ in self._runs.values() if runner.about.workspace_id == workspace_id]
        if len(mine) >= MOST_IN_A_WORKSPACE:
            raise ConflictError("Two practice shows have an audience already; stop one of them first.")
        if len(self._runs) >= MOST_IN_A_PROCESS:
            raise UnavailableError("Too many practice shows run now; try again in a few minutes.", retry_after=60)

    async def _rules(self, workspace_id: UUID, show: dict[str, Any]) -> ShowRules:
        hooks = await self.flags.hooks_for(workspace_id)
        return await Shows(self.db).rules(workspace_id, show["rules"], hooks)

    def _play(self, run: Run, rules: ShowRules) -> None:
        seed = run.run_id.int & 0xFFFFFFFF
        runner = Runner(self.db, self.lanes, run, Audience(rules, seed), Dice(seed))
        # Not in the context of the request that began it: the audience outlives that.
        task = asyncio.create_task(self._drive(runner), name=f"practice {run.show_id}", context=Context())
        self._runs[run.run_id] = (runner, task)

    async def _drive(self, runner: Runner) -> None:
        try:
            await runner.run()
        except Exception:
            log.exception("practice_failed", show_id=str(runner.about.show_id))
        finally:
            self._runs.pop(runner.about.run_id, None)
            await self._stop(runner.about, Actor.system(), runner.about.run_id, runner.written)

    async def _stop(self, run: Run, actor: Actor, run_id: UUID | None, written: int) -> None:
        async with self.db.transaction(), self.db.raw() as connection:
            comments = await rows.stop(connection, run.workspace_id, run.show_id, run_id, written)
            if comments is not None:
                await _note(connection, run, actor, "practice.stopped", {"comments": comments})


async def _note(connection: Any, run: Run, actor: Actor, action: str, after: dict[str, Any]) -> None:
    await audit_log.record(
        connection,
        run.workspace_id,
        actor,
        action,
        entity="practice",
        entity_id=run.show_id,
        show_id=run.show_id,
        after=after,
    )


def _there_already() -> ConflictError:
    return ConflictError("A practice run is on already; stop it first.", running=True)
