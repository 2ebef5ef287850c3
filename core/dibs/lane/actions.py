"""Carrying an operator's action out: on the board in memory if that is still right, else under the show's lock."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from uuid import UUID

import asyncpg
import attrs

from dibs.clock import utc_now
from dibs.errors import AlreadyDoneError, ConflictError, DibsError, InvariantError
from dibs.lane.changes import Changes
from dibs.lane.commands import Command, made_ready
from dibs.lane.commit import Written
from dibs.lane.credit import CreditLeft, load_for_action
from dibs.lane.decide import DecisionHooks
from dibs.lane.drawing import write_drawn
from dibs.lane.load import load_board
from dibs.lane.state import Board
from dibs.lane.work import CommandWork

if TYPE_CHECKING:
    from dibs.db import Database


@attrs.frozen
class Done:
    """An action that was carried out; `written` is None if there was nothing to write."""

    board: Board
    changes: Changes
    written: Written | None
    answer: Any


async def act_on_board(
    db: Database,
    board: Board,
    hooks: DecisionHooks,
    work: CommandWork,
    drop: Callable[[], None],
    credit: CreditLeft | None = None,
) -> Done | None:
    """Carry a command out on a board in memory; None if that settles nothing, or the show has moved on.

    `drop` is called when the board holds what was not written.
    """
    read = None if credit is None or not board.linked else await credit(board.workspace_id)
    async with db.hot_connection() as connection:
        try:
            command = await made_ready(work.command, connection, board)
            await load_for_action(connection, board, read)
            changes, answer = _apply(board, hooks, command, work, drop)
        except DibsError:
            return None  # nothing was written yet: a refusal must not rest on a board of yesterday
        if changes.empty:
            return None
        try:
            written = await write_drawn(connection, changes)
        except DibsError:
            drop()
            raise
    if written is None:
        drop()
        return None
    return Done(board, changes, written, answer)


async def act_locked(
    db: Database,
    workspace_id: UUID,
    show_id: UUID,
    hooks: DecisionHooks,
    work: CommandWork,
    drop: Callable[[], None],
    credit: CreditLeft | None = None,
) -> Done:
    """Lock the show, load the board, carry the command out: right whoever else is writing."""
    read = None if credit is None else await credit(workspace_id)
    async with db.hot_connection() as connection, connection.transaction():
        board = await load_board(connection, workspace_id, show_id, lock=True)
        command = await made_ready(work.command, connection, board)
        await load_for_action(connection, board, read)
        changes, answer = _apply(board, hooks, command, work, drop)
        written = None if changes.empty else await write_drawn(connection, changes)
    return Done(board, changes, written, answer)


def _apply(
    board: Board, hooks: DecisionHooks, command: Command, work: CommandWork, drop: Callable[[], None]
) -> tuple[Changes, Any]:
    changes = Changes(board, utc_now(), work.actor)
    try:
        answer = command(changes, hooks)
    except Exception:
        if not changes.empty or changes.new_claims:
            drop()
        raise
    changes.finish()
    return changes, answer


def refused_twice(error: asyncpg.UniqueViolationError) -> DibsError:
    """What it means that a row of an action is there already."""
    if error.constraint_name == "audit_log_request":
        return AlreadyDoneError("This request was carried out before.")
    if error.constraint_name == "audit_log_undone_once":
        return ConflictError("This action has been undone already.")
    return InvariantError(f"The action was refused: {error}")
