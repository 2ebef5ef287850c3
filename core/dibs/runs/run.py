"""One run in the hands of the job that does it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any
from uuid import UUID

import attrs
import structlog

from dibs.clock import monotonic
from dibs.db import LOST
from dibs.errors import DibsError, PluginError, RunStoppedError
from dibs.models.runs import RunState, RunView
from dibs.runs import sql
from dibs.runs.estimate import Past, percent_of, remaining_of
from dibs.runs.shapes import encoded
from dibs.runs.telling import COMPLETION, ERROR, PROGRESS, STAGE, change

if TYPE_CHECKING:
    from dibs.db import Database
    from dibs.events.hub import Hub

SHORTEST, LONGEST = 0.25, 1.0
_MOST_RESULT = 256 * 1024
_log = structlog.get_logger("dibs.runs")


@attrs.frozen
class _Said:
    stage_no: int
    done: int
    total: int | None
    message: str


@attrs.define(eq=False)
class Run:
    """Reports what a job does: `async with context.run(run_id) as run:`.

    Reports are written at most four times a second, and once a second also when none comes. They may be made inside
    a transaction: they are written outside of it. What a job raises becomes the failure of its run, unless the job
    is to be tried again.

    Attributes:
        view: the run as it was last written.
    """

    workspace_id: UUID
    view: RunView
    _turn: int = attrs.field(repr=False)
    _weights: Sequence[float] = attrs.field(repr=False)
    _past: Past = attrs.field(repr=False)
    _db: Database = attrs.field(repr=False)
    _hub: Hub | None = attrs.field(repr=False)
    _said: _Said | None = attrs.field(default=None, init=False)
    _written: _Said | None = attrs.field(default=None, init=False)
    _at: float = attrs.field(default=float("-inf"), init=False)
    _beat: asyncio.Task[None] | None = attrs.field(default=None, init=False)
    _one: asyncio.Lock = attrs.field(factory=asyncio.Lock, init=False)

    @property
    def run_id(self) -> UUID:
        """Its id."""
        return self.view.run_id

    @property
    def state(self) -> RunState:
        """Whether there is anything to do: only a run that is `running` wants work."""
        return self.view.state

    @property
    def stage(self) -> str:
        """The stage that it is in, also when another process was at it before; "" before the first."""
        return self.view.stage

    async def report(self, stage: str, done: int = 0, total: int | None = None, message: str = "") -> None:
        """Say how far a stage is. What is less than what was said before changes nothing.

        :param done: lines (or whatever is counted) that are done, of `total` if that is known.
        :param message: what is being worked on; at most 200 characters are kept.
        :raises RunStoppedError: somebody stopped it, or it is over. The job ends by that.
        :raises PluginError: the run has no such stage.
        """
        if stage not in self.view.stages:
            raise PluginError(f"A run of {self.view.kind} has no stage {stage!r}.", stage=stage)
        most = None if total is None else max(total, done, 0)
        number, words = list(self.view.stages).index(stage), message.replace("\0", "")[:200]
        if self._said is not None and number < self._said.stage_no:
            return
        self._said = _Said(number, max(done, 0), most, words)
        new = self._written is None or number > self._written.stage_no
        if new or monotonic() - self._at >= SHORTEST:
            await self._write()

    async def wait(self) -> None:
        """The next step is people's. `context.runs.resume(run_id)` goes on."""
        await self._flush()
        self._take(await self._change(STAGE, sql.WAIT, self._turn))

    async def finish(self, result: Mapping[str, Any] | None = None) -> None:
        """It is done; `result` is JSON-able, for pages. Raises `PluginError` if it has more than 256 kB."""
        text = encoded(dict(result or {}))
        if len(text) > _MOST_RESULT:
            raise PluginError("The result of a run may have at most 256 kB.", kind=self.view.kind)
        await self._flush()
        self._take(await self._change(COMPLETION, sql.FINISH, self._turn, text))

    async def fail(self, error: BaseException) -> None:
        """It can't be done. A `DibsError` is told as it is, anything else without its words."""
        self._take(await self._change(ERROR, sql.END, "failed", encoded(problem_of(error)), self._turn))

    async def __aenter__(self) -> Run:
        self._beat = asyncio.create_task(self._keep_on())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        beat, self._beat = self._beat, None
        if beat is not None:
            beat.cancel()
            await asyncio.gather(beat, return_exceptions=True)

    async def _flush(self) -> None:
        if self._said is not None and self._said is not self._written:
            await self._write()

    async def _keep_on(self) -> None:
        """Write what came since the last time, and once a second that the work goes on."""
        while self.view.state == "running":
            await asyncio.sleep(SHORTEST)
            quiet = monotonic() - self._at
            if self._said is None or not (quiet >= LONGEST or (self._said is not self._written and quiet >= SHORTEST)):
                continue
            try:
                await self._write()
            except RunStoppedError:
                return
            except (DibsError, *LOST) as error:
                _log.info("run_not_reported", run_id=str(self.run_id), problem=repr(error))

    async def _write(self) -> None:
        async with self._one:
            said = self._said
            assert said is not None
            before, self._at = self._written, monotonic()
            percent = percent_of(self._weights, said.stage_no, said.done, said.total)
            view, stages = self.view, self.view.stages
            left = remaining_of(
                self._past, stages, said.stage_no, said.done, said.total, view.took, max(percent, view.percent)
            )
            new = before is None or said.stage_no > before.stage_no
            args = (said.stage_no, stages[said.stage_no], said.done, said.total, said.message, round(percent, 2), left)
            self._take(await self._change(STAGE if new else PROGRESS, sql.REPORT, self._turn, *args))
            self._written = said

    async def _change(self, kind: str, statement: str, *args: Any) -> RunView | None:
        return await change(self._db, self._hub, self.workspace_id, kind, statement, self.run_id, *args)

    def _take(self, view: RunView | None) -> None:
        if view is None:
            self.view = attrs.evolve(self.view, state="stopped")
            raise RunStoppedError("This work was stopped.", run_id=str(self.run_id))
        self.view = view


def problem_of(error: BaseException) -> dict[str, Any]:
    """What is told of an error."""
    if isinstance(error, DibsError):
        return {"code": error.code, "message": error.message, "data": dict(error.data)}
    if isinstance(error, TimeoutError):
        return {"code": "timeout", "message": "It took longer than it may.", "data": {}}
    return {"code": "internal", "message": "Something went wrong. The log of the server says more.", "data": {}}
