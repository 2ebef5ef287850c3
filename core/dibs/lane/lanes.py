"""All lanes of a process: the door through which comments and operators' actions come in."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import attrs
import structlog

from dibs.audit_log import Actor
from dibs.db import LOST, Database
from dibs.errors import DibsError, StaleReaderError, StaleWriterError
from dibs.lane import inbox, lease, marks
from dibs.lane.commands import Command, LoadingCommand
from dibs.lane.credit import CreditLeft
from dibs.lane.lane import MAX_BATCH, Failed, HooksFor, Lane, Published
from dibs.lane.marks import StreamMark
from dibs.lane.work import CommentOutcome, IngestResult
from dibs.models.comments import IncomingComment

_SWEEP_SECONDS = 0.2
_log = structlog.get_logger("dibs.lane")


@attrs.define(eq=False)
class Lanes:
    """Gives each show its lane, renews the leases, and takes in what other processes were handed."""

    db: Database
    hooks_for: HooksFor
    published: Published
    failed: Failed
    owner: str = attrs.field(factory=lease.process_name)
    max_batch: int = MAX_BATCH
    credit: CreditLeft | None = None
    _lanes: dict[tuple[UUID, UUID], Lane] = attrs.field(factory=dict, init=False)
    _tasks: list[asyncio.Task[None]] = attrs.field(factory=list, init=False)

    async def start(self) -> None:
        """Begin to renew leases and to look into the inbox."""
        self._tasks = [
            asyncio.create_task(self._forever(lease.RENEW_SECONDS, self._renew), name="lanes renew"),
            asyncio.create_task(self._forever(_SWEEP_SECONDS, self._sweep), name="lanes inbox"),
        ]

    async def close(self) -> None:
        """Commit what was handed in, give every show up."""
        for task in self._tasks[1:]:
            task.cancel()
        await asyncio.gather(*(lane.close() for lane in self._lanes.values()))
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []

    async def ingest(
        self,
        workspace_id: UUID,
        show_id: UUID,
        comments: Sequence[IncomingComment],
        *,
        detail: bool = False,
        mark: StreamMark | None = None,
        since: datetime | None = None,
    ) -> IngestResult:
        """Hand comments of one show in, in order of arrival; returns when all of them are committed.

        With `detail` the outcomes say which claims were made. A comment counts once, however often it is handed in.
        If another process owns the show the comments go through the inbox and the answer comes from there. Comments
        that were posted before `since` are stored and not decided. `mark` is written in the transaction of the
        comments; if they are too many for one, those of each but the last are written with the position as it was.

        Raises:
            StaleReaderError: another process reads the stream of the mark.
            NotFoundError: the workspace has no such show.
            UnavailableError: the database, or the owner of the show, does not answer; hand in again.
        """
        lane = self._lane(workspace_id, show_id)
        pieces = [comments[i : i + self.max_batch] for i in range(0, len(comments), self.max_batch)]
        if mark is not None:
            return await self._ingest_marked(lane, pieces, mark, detail, since)
        calls = (lane.ingest(piece, detail=detail, since=since) for piece in pieces)
        results = await asyncio.gather(*calls, return_exceptions=True)
        made: list[CommentOutcome] = []
        for piece, result in zip(pieces, results, strict=True):
            if isinstance(result, StaleWriterError):
                made.extend(await self._hand_over(lane, piece, detail=detail, since=since))
            elif isinstance(result, BaseException):
                raise result
            else:
                made.extend(result)
        return IngestResult(made)

    async def _ingest_marked(
        self,
        lane: Lane,
        pieces: Sequence[Sequence[IncomingComment]],
        mark: StreamMark,
        detail: bool,
        since: datetime | None,
    ) -> IngestResult:
        """Piece by piece: the position must not run ahead of what is stored."""
        if not pieces and not await marks.write_alone(self.db, lane.workspace_id, [marks.Reached(mark)]):
            raise StaleReaderError("Another process reads this stream.", stream_id=str(mark.stream_id))
        made: list[CommentOutcome] = []
        for nth, piece in enumerate(pieces, start=1):
            mine = mark if nth == len(pieces) else attrs.evolve(mark, position=None)
            try:
                made.extend(await lane.ingest(piece, detail=detail, mark=mine, since=since))
            except StaleReaderError:
                raise
            except StaleWriterError:
                made.extend(await self._hand_over(lane, piece, detail=detail, mark=mine, since=since))
        return IngestResult(made)

    async def _hand_over(self, lane: Lane, piece: Sequence[IncomingComment], **more: Any) -> list[CommentOutcome]:
        return await inbox.hand_over(self.db, lane.workspace_id, lane.show_id, piece, lane.turn, **more)

    async def command(
        self, workspace_id: UUID, show_id: UUID, command: Command | LoadingCommand, actor: Actor | None = None
    ) -> Any:
        """Carry an operator's action out, in turn with the comments; returns what the command answers.

        With `actor` the audit log says in the same transaction who did it.

        Raises:
            AlreadyDoneError: the actor's request was carried out before.
            NotFoundError: the workspace has no such show.
            DibsError: whatever the command refuses with.
        """
        return await self._lane(workspace_id, show_id).command(command, actor)

    async def own(self, workspace_id: UUID, show_id: UUID) -> bool:
        """Try to take the inbox of a show in; True if this process owns the show now."""
        try:
            await inbox.drain(self.db, workspace_id, show_id, self._lane(workspace_id, show_id).ingest)
        except StaleWriterError:
            return False
        return True

    def lane(self, workspace_id: UUID, show_id: UUID) -> Lane:
        """The lane of a show in this process."""
        return self._lane(workspace_id, show_id)

    @property
    def waiting(self) -> int:
        """Pieces of work that wait in all lanes."""
        return sum(lane.waiting for lane in self._lanes.values())

    def _lane(self, workspace_id: UUID, show_id: UUID) -> Lane:
        key = (workspace_id, show_id)
        lane = self._lanes.get(key)
        if lane is None:
            if len(self._lanes) > 256:
                self._lanes = {k: lane for k, lane in self._lanes.items() if lane.running or lane.waiting}
            lane = self._lanes[key] = Lane(
                self.db,
                workspace_id,
                show_id,
                self.owner,
                self.hooks_for,
                self.published,
                self.failed,
                self.max_batch,
                self.credit,
            )
        return lane

    async def _renew(self) -> None:
        held = [(*key, lane.fence) for key, lane in self._lanes.items() if lane.fence is not None]
        await lease.renew(self.db, self.owner, held)

    async def _sweep(self) -> None:
        for workspace_id, show_id in await inbox.shows_with_mail(self.db):
            try:
                await self.own(workspace_id, show_id)
            except DibsError as error:  # one show in trouble must not keep the others waiting
                _log.warning("lanes.inbox_refused", show_id=str(show_id), error=str(error)[:200])

    async def _forever(self, seconds: float, step: Any) -> None:
        while True:
            try:
                await step()
            except DibsError as error:
                _log.warning("lanes.step_failed", step=step.__name__, error=str(error)[:200])
            except LOST as error:
                _log.warning("lanes.step_failed", step=step.__name__, error=str(error)[:200])
                await self.db.recover()  # nobody else asks while no sale is on
            except Exception:
                _log.exception("lanes.step_failed", step=step.__name__)
            await asyncio.sleep(seconds)
