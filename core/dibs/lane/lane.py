"""One show's queue and its one writer in this process."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence, Set
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import attrs
import structlog

from dibs.audit_log import Actor
from dibs.clock import utc_now
from dibs.db import LOST, Database
from dibs.errors import DibsError, InvariantError, StaleReaderError, StaleWriterError, UnavailableError
from dibs.lane import lease, marks
from dibs.lane.actions import Done, act_locked, act_on_board, refused_twice
from dibs.lane.batch import Batch, collect, decide_in_steps, look_up_stored, outcomes, resolve_buyers
from dibs.lane.changes import Changes
from dibs.lane.commands import Command, LoadingCommand
from dibs.lane.commit import Written, parameters, write
from dibs.lane.credit import CreditLeft, load_for_batch
from dibs.lane.decide import DecisionHooks
from dibs.lane.load import load_board
from dibs.lane.marks import StreamMark
from dibs.lane.state import Board
from dibs.lane.work import CommandWork, CommentOutcome, CommentWork, Work
from dibs.models.comments import IncomingComment

MAX_BATCH = 400
IDLE_SECONDS = 10.0
BOARD_SECONDS = 600.0
PATIENCE_SECONDS = 60.0
CHECKED_BATCHES = 20
MAX_ATTEMPTS = 600
MOST_COLLISIONS = 20

HooksFor = Callable[[UUID], Awaitable[DecisionHooks]]
Published = Callable[[Changes, Written], None]
Failed = Callable[[UUID, UUID, Sequence[tuple[str, str]]], Awaitable[None]]

_log = structlog.get_logger("dibs.lane")


class _AgainError(Exception):
    """The batch was not written, or nobody knows; it is decided anew on a fresh board."""


@attrs.define(eq=False)
class Lane:
    """Takes comments and commands of one show in turn, and writes them batch by batch.

    While a batch is being committed the next one is decided on the board as it will be: if the commit fails, both are
    decided again.
    """

    db: Database
    workspace_id: UUID
    show_id: UUID
    owner: str
    hooks_for: HooksFor
    published: Published
    failed: Failed
    max_batch: int = MAX_BATCH
    credit: CreditLeft | None = None
    fence: int | None = None
    turn: asyncio.Lock = attrs.field(factory=asyncio.Lock, init=False)
    _queue: deque[Work] = attrs.field(factory=deque, init=False)
    _wake: asyncio.Event = attrs.field(factory=asyncio.Event, init=False)
    _task: asyncio.Task[None] | None = attrs.field(default=None, init=False)
    _board: Board | None = attrs.field(default=None, init=False)
    _inflight: asyncio.Task[None] | None = attrs.field(default=None, init=False)
    _returned: list[CommentWork] = attrs.field(factory=list, init=False)
    _check_stored: int = attrs.field(default=0, init=False)
    _closing: bool = attrs.field(default=False, init=False)

    async def ingest(
        self,
        comments: Sequence[IncomingComment],
        *,
        detail: bool = False,
        mark: StreamMark | None = None,
        since: datetime | None = None,
    ) -> list[CommentOutcome]:
        """Hand comments in; returns when they are committed.

        Raises:
            StaleReaderError: another process reads the stream of the mark; nothing of this was written.
            StaleWriterError: another process owns the show.
            UnavailableError: the database did not come back in time; nothing is known to be lost: hand in again.
        """
        future: asyncio.Future[list[CommentOutcome]] = asyncio.get_running_loop().create_future()
        self._put(CommentWork(comments, utc_now(), future, detail, mark=mark, since=since))
        return await future

    async def command(self, command: Command | LoadingCommand, actor: Actor | None = None) -> Any:
        """Carry an operator's action out, after what was handed in before it."""
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._put(CommandWork(command, actor, future))
        return await future

    @property
    def waiting(self) -> int:
        """Pieces of work that wait."""
        return len(self._queue)

    @property
    def running(self) -> bool:
        """Whether the writer's task is alive."""
        return self._task is not None and not self._task.done()

    async def close(self) -> None:
        """Finish what was handed in, commit it, give the show up."""
        self._closing = True
        self._wake.set()
        if self._task is not None:
            await asyncio.wait([self._task])

    def _put(self, work: Work) -> None:
        if self._closing:
            raise UnavailableError("The server is stopping; hand it in again in a moment.")
        self._queue.append(work)
        self._wake.set()
        if not self.running:
            self._task = asyncio.create_task(self._run(), name=f"lane {self.show_id}")

    async def _run(self) -> None:
        while True:
            try:
                while await self._work_or_idle():
                    await self._step()
            except Exception as error:
                _log.exception("lane.broken", show_id=str(self.show_id))
                self._drop_board()  # it may hold what was never written, at a revision that is still right
                self._absorb()
                self._fail(self._queue, InvariantError(f"The lane failed: {error}"))
                self._queue.clear()
            finally:
                await self._give_up()
            if not await self._more_comes():
                return

    async def _more_comes(self) -> bool:
        """Keep the board for a while after the show was given up: an operator's action then need not load it.

        It may be out of date by then; a write on it is then refused, and the action done on a fresh one.
        """
        if self._queue or self._closing or self._board is None:
            return bool(self._queue)
        self._wake.clear()
        try:
            await asyncio.wait_for(self._wake.wait(), BOARD_SECONDS)
        except TimeoutError:
            self._drop_board()
        return bool(self._queue)

    async def _work_or_idle(self) -> bool:
        """True when there is work; False after an idle time or when closing, with nothing in flight."""
        if not self._queue:
            await self._settle_inflight()
        self._absorb()
        if self._queue:
            return True
        self._wake.clear()
        if self._closing:
            return False
        try:
            await asyncio.wait_for(self._wake.wait(), IDLE_SECONDS)
        except TimeoutError:
            return bool(self._queue)
        return bool(self._queue) or not self._closing

    async def _step(self) -> None:
        if not self._queue:
            return
        first = self._queue[0]
        if isinstance(first, CommandWork):
            await self._settle_inflight()
            self._absorb()
            if self._queue[0] is first:
                self._queue.popleft()
                await self._run_command(first)
            return
        works = self._take()
        try:
            await self._run_comments(works)
        except _AgainError:
            self._returned.extend(works)
        except LOST as error:
            await self._after_loss(works, error)
        except DibsError as error:
            self._drop_board()  # it may hold half of a batch that will not be written
            self._fail(works, error)
        except Exception as error:
            _log.exception("lane.failed", show_id=str(self.show_id))
            self._drop_board()
            self._fail(works, InvariantError(f"The lane failed: {error}"))

    def _take(self) -> list[CommentWork]:
        works: list[CommentWork] = []
        size = 0
        while self._queue and isinstance(self._queue[0], CommentWork):
            size += len(self._queue[0].comments)
            if works and size > self.max_batch:
                break
            work = self._queue.popleft()
            if isinstance(work, CommentWork) and not work.done.done():
                works.append(work)
        return works

    async def _run_comments(self, works: list[CommentWork]) -> None:
        if not works:
            return
        board = await self._owned_board()
        hooks = await self.hooks_for(self.workspace_id)
        stored: dict[str, CommentOutcome] = {}
        if self._check_stored > 0 or any(work.attempts for work in works):
            known = len(board.keys)
            stored = await look_up_stored(self.db, board, works)
            found = len(board.keys) > known  # an old delivery again: the next batch is one of it too
            self._check_stored = CHECKED_BATCHES if found else self._check_stored - 1
        batch = collect(board, works, stored)
        new_buyers = await resolve_buyers(self.db, board, batch)
        await load_for_batch(self.db, board, batch, self.credit)
        if self._board is not board:  # the batch in flight has failed meanwhile
            raise _AgainError
        if batch.entries:
            for _ in decide_in_steps(board, hooks, batch, new_buyers):
                await asyncio.sleep(0)  # the statement before leaves meanwhile, streams go on
        changes = batch.changes
        batch.answers = outcomes(batch)
        if changes is not None:  # the next batch is decided on the same board before this one is written
            changes.sealed = parameters(changes, self.owner, self.fence)
        if not await self._settle_inflight():
            raise _AgainError
        if changes is None:
            if batch.marks:  # nothing new, but a stream was read further
                written = await marks.write_alone(self.db, self.workspace_id, batch.marks.values())
                self._fail_readers(batch, batch.marks.keys() - written)
            self._answer(batch)
            return
        board.revision += 1
        self._inflight = asyncio.create_task(self._commit(batch, changes))
        await asyncio.sleep(0)  # the statement leaves now, and the next batch is decided while the database works

    async def _commit(self, batch: Batch, changes: Changes) -> None:
        """Write a batch. If that fails the board is dropped and the work goes back to the head of the queue."""
        try:
            async with self.db.hot_connection() as connection:
                written = await write(connection, changes, self.owner, self.fence)
        except asyncpg.UniqueViolationError as error:
            self._check_stored = CHECKED_BATCHES
            tired = [work for work in batch.works if work.attempts >= MOST_COLLISIONS]
            self._fail(tired, InvariantError(f"The batch was refused again and again: {error}"))
            self._retry([work for work in batch.works if work not in tired])
        except LOST as error:
            await self._after_loss(batch.works, error)
        except Exception as error:
            _log.exception("lane.refused", show_id=str(self.show_id))
            self._drop_board()
            self._fail(batch.works, InvariantError(f"The batch was refused: {error}"))
        else:
            await self._committed(batch, changes, written)

    async def _committed(self, batch: Batch, changes: Changes, written: Written | None) -> None:
        if written is None:
            self.fence = None
            await self._find_stale_readers(batch)
            self._retry([work for work in batch.works if not work.done.done()])
            return
        self._publish(changes, written)
        self._answer(batch)
        if changes.failures:
            try:
                await self.failed(self.workspace_id, self.show_id, changes.failures)
            except Exception:  # the batch is committed; whoever counts failures must not stop the sale
                _log.exception("lane.failures_not_noted", show_id=str(self.show_id))

    async def _find_stale_readers(self, batch: Batch) -> None:
        """A batch was refused: whoever has lost the stream that it read is told so, the others go on without."""
        if batch.marks:
            try:
                stale = await marks.stale_among(self.db, self.workspace_id, batch.marks)
            except (*LOST, DibsError):
                return  # the next attempt is refused as well, and looks again
            self._fail_readers(batch, stale)

    def _fail_readers(self, batch: Batch, stale: Set[marks.Key]) -> None:
        for work in batch.works:
            if work.mark is not None and (work.mark.stream_id, work.mark.fence) in stale:
                error = StaleReaderError("Another process reads this stream.", stream_id=str(work.mark.stream_id))
                self._fail([work], error)

    def _publish(self, changes: Changes, written: Written) -> None:
        """Tell those who listen. What is committed is committed: if that fails, they find it in the outbox."""
        try:
            self.published(changes, written)
        except Exception:
            _log.exception("lane.not_published", show_id=str(self.show_id))

    async def _settle_inflight(self) -> bool:
        """Wait for the batch in flight. False if the board had to be dropped."""
        task, self._inflight = self._inflight, None
        if task is not None:
            await task
        return self._board is not None

    def _retry(self, works: Sequence[CommentWork]) -> None:
        self._drop_board()
        for work in works:
            work.attempts += 1
            if work.attempts > MAX_ATTEMPTS:
                self._fail([work], InvariantError("The comments could not be written; see the log."))
            else:
                self._returned.append(work)

    def _absorb(self) -> None:
        """Put works that have to be decided again before everything that came after them, in order of arrival."""
        newest_first = sorted(self._returned, key=lambda work: work.serial, reverse=True)
        self._queue.extendleft(newest_first)
        self._returned.clear()

    async def _after_loss(self, works: Sequence[CommentWork], error: BaseException) -> None:
        """The database is away: wait, try again, and give up after a while."""
        _log.warning("lane.database_lost", show_id=str(self.show_id), error=str(error)[:200])
        now = utc_now()
        late = [w for w in works if (now - w.received_at).total_seconds() > PATIENCE_SECONDS]
        self._fail(late, UnavailableError("The database does not answer; hand the comments in again."))
        self._retry([w for w in works if w not in late])
        await self.db.recover()

    async def _run_command(self, work: CommandWork) -> None:
        try:
            hooks = await self.hooks_for(self.workspace_id)
            board, done = self._board, None
            if board is not None:
                done = await act_on_board(self.db, board, hooks, work, self._drop_board, self.credit)
            if done is None:
                done = await act_locked(
                    self.db, self.workspace_id, self.show_id, hooks, work, self._drop_board, self.credit
                )
            self._acted(done)
            if work.actor is not None:
                work.actor.take_request_key()  # it stands in the log now; a later entry of this request has none
            if not work.done.done():
                work.done.set_result(done.answer)
        except DibsError as error:
            self._fail([work], error)
        except asyncpg.UniqueViolationError as error:
            self._drop_board()
            self._fail([work], refused_twice(error))
        except LOST as error:
            self._drop_board()
            self._fail([work], UnavailableError(f"The database does not answer: {error}"))
            await self.db.recover()
        except Exception as error:
            _log.exception("lane.command_failed", show_id=str(self.show_id))
            self._drop_board()
            self._fail([work], InvariantError(f"The action failed: {error}"))

    def _acted(self, done: Done) -> None:
        if done.written is not None:
            done.board.revision = done.written.revision
            self._publish(done.changes, done.written)
        self._board = None if done.changes.reload else done.board

    async def _owned_board(self) -> Board:
        """The board, with the lease held; loads it if there is none."""
        if self.fence is None:
            self.fence = await lease.acquire(self.db, self.workspace_id, self.show_id, self.owner)
            if self.fence is None:
                await lease.check_show(self.db, self.workspace_id, self.show_id)
                raise StaleWriterError("Another process owns this show.", show_id=str(self.show_id))
            self._board = None
        if self._board is None:
            await self._settle_inflight()
            if self._returned:  # they come first
                raise _AgainError
            async with (
                self.db.hot_connection() as connection,
                connection.transaction(isolation="repeatable_read", readonly=True),
            ):
                self._board = await load_board(connection, self.workspace_id, self.show_id)
        return self._board

    def _drop_board(self) -> None:
        self._board = None

    def _answer(self, batch: Batch) -> None:
        for work, outcome in zip(batch.works, batch.answers, strict=True):
            if not work.done.done():
                work.done.set_result(outcome)

    def _fail(self, works: Sequence[Work], error: DibsError) -> None:
        for work in works:
            if not work.done.done():
                work.done.set_exception(error)

    async def _give_up(self) -> None:
        """Release the lease, so that another process may go on at once."""
        fence, self.fence = self.fence, None
        if fence is not None:
            try:
                await lease.release(self.db, self.workspace_id, self.show_id, self.owner, fence)
            except (*LOST, DibsError):
                _log.info("lane.lease_left_to_expire", show_id=str(self.show_id))
