"""The workspace and the show of a replay. Every step may be cut off and done again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

import attrs

from dibs.accounts.model import Registration
from dibs.accounts.secrets import new_token
from dibs.accounts.users import LOCAL_OWNER
from dibs.errors import ConflictError, DuplicateError, InvalidInputError, NotFoundError
from dibs.ids import uuid7
from dibs.lane.changes import Changes
from dibs.lane.commands import Command, add_items, edit_show, set_status
from dibs.lane.decide import DecisionHooks
from dibs.models.items import NewItem
from dibs.replay.plan import ReplayPlan
from dibs.shows.service import Shows

if TYPE_CHECKING:
    from dibs.runtime import Runtime

LOCAL = (LOCAL_OWNER, "Local")
DEMO = ("demo@dibs.local", "Demo")

_FIRST = "SELECT id FROM workspaces ORDER BY created_at, id LIMIT 1"
_NAMED = "SELECT id FROM workspaces WHERE id::text = lower($1) OR name = $1 LIMIT 2"
_OWNER = """
SELECT u.email FROM members m JOIN users u ON u.id = m.user_id
WHERE m.workspace_id = $1 AND m.role = 'owner' AND u.disabled_at IS NULL ORDER BY m.created_at, u.id LIMIT 1
"""
_OF_SHOW = "SELECT workspace_id FROM shows WHERE id = $1"


@attrs.frozen
class Prepared:
    """The show that comments are fed into.

    Attributes:
        status: `active`, or what its operator made of it.
        last_comment_no: how many comments it had before.
        added: how many items it did not have yet.
    """

    workspace_id: UUID
    show_id: UUID
    status: str
    last_comment_no: int
    added: int


async def prepare(runtime: Runtime, plan: ReplayPlan, wanted: str | None) -> Prepared:
    """Find or make the show with its items, and start it if nobody has.

    Raises:
        InvalidInputError: no such workspace or show, or rules that the parser can't work with; nothing was written.
        ConflictError: no claim parser is on, so nothing would be read in any comment.
    """
    if plan.show_id is not None and wanted is None:
        workspace_id: UUID | None = await _workspace_of(runtime, plan.show_id)
    else:
        workspace_id = await find_workspace(runtime, wanted)
    await _check_rules(runtime, plan, workspace_id or uuid7())
    if workspace_id is None:
        workspace_id = (await ensure_owner(runtime, *LOCAL))[1]
    show_id = plan.show_id or plan.derived_id(workspace_id)
    return await make_show(runtime, plan, workspace_id, show_id, existing=plan.show_id is not None)


async def make_show(
    runtime: Runtime, plan: ReplayPlan, workspace_id: UUID, show_id: UUID, *, existing: bool = False
) -> Prepared:
    """Make the show if it is not there (`existing`: it has to be), then add what it lacks in one transaction."""
    shows = Shows(runtime.db)
    if not existing:
        await shows.create(workspace_id, plan.title, plan.rules, show_id)
    else:
        await _set_rules(runtime, plan, workspace_id, show_id)
    prepared: Prepared = await runtime.lanes.command(workspace_id, show_id, _complete(plan.items))
    return prepared


async def _set_rules(runtime: Runtime, plan: ReplayPlan, workspace_id: UUID, show_id: UUID) -> None:
    """Make the rule options of the command line the show's own rules, on top of those that it has."""
    shows = Shows(runtime.db)
    try:
        show = await shows.get(workspace_id, show_id)
    except NotFoundError:
        raise InvalidInputError(f"The workspace has no show {show_id}.") from None
    rules = {**show["rules"], **plan.rules}
    if rules != show["rules"]:
        merged = await shows.rules(workspace_id, rules, await runtime.flags.hooks_for(workspace_id))
        await runtime.lanes.command(workspace_id, show_id, edit_show(rules=rules, merged=merged))


async def find_workspace(runtime: Runtime, wanted: str | None) -> UUID | None:
    """The workspace of this id or name; without one the first there is, or None if there is none yet."""
    if wanted is None:
        rows = await runtime.db.hot_fetch(_FIRST)
        return _plain(rows[0]["id"]) if rows else None
    rows = await runtime.db.hot_fetch(_NAMED, wanted)
    if len(rows) != 1:
        many = "Several workspaces are called" if rows else "There is no workspace"
        raise InvalidInputError(f"{many} {wanted!r}; name one by its id.")
    return _plain(rows[0]["id"])


async def owner_of(runtime: Runtime, workspace_id: UUID) -> str | None:
    """The e-mail address of the workspace's first owner who may sign in."""
    rows = await runtime.db.hot_fetch(_OWNER, workspace_id)
    return str(rows[0]["email"]) if rows else None


async def _workspace_of(runtime: Runtime, show_id: UUID) -> UUID:
    """The workspace that a show belongs to: whoever may run commands here may replay into any."""
    rows = await runtime.db.hot_fetch(_OF_SHOW, show_id)
    if len(rows) != 1:
        raise InvalidInputError(f"There is no show {show_id}.")
    return _plain(rows[0]["workspace_id"])


async def ensure_owner(runtime: Runtime, email: str, name: str) -> tuple[UUID, UUID]:
    """A user who signs in by link only, and the workspace that they own: user id and workspace id."""
    users = runtime.accounts.users
    stored = await users.stored(email)
    if stored is None:
        try:
            user, workspace = await users.create(Registration(email, new_token(), name, name), None)
        except DuplicateError:  # another process was quicker
            return await ensure_owner(runtime, email, name)
        return user.id, workspace.id
    workspace_id = await users.first_workspace(stored.user.id)
    if workspace_id is None:
        workspace_id = (await runtime.accounts.workspaces.create(stored.user.id, name)).id
    return stored.user.id, _plain(workspace_id)


async def _check_rules(runtime: Runtime, plan: ReplayPlan, workspace_id: UUID) -> None:
    hooks = await runtime.flags.hooks_for(workspace_id)
    if not hooks.calls("parse_comment"):
        reasons = "".join(f" Refused: {error.message}." for error in runtime.plugins.refused)
        raise ConflictError(f"No claim parser is on in this workspace; see `dibs plugins` and `dibs flags`.{reasons}")
    try:
        await Shows(runtime.db).rules(workspace_id, plan.rules, hooks)
    except InvalidInputError as error:
        raise InvalidInputError(one_sentence(error)) from None


def one_sentence(error: InvalidInputError) -> str:
    """What is wrong with rules, with every fault, for a terminal."""
    faults = [f"{fault.path} {fault.problem}" for fault in error.faults if fault.problem not in error.message]
    return f"{error.message.rstrip('.')}: {'; '.join(faults)}." if faults else error.message


def _complete(items: Sequence[NewItem]) -> Command:
    """Add the items that the show lacks, leave the others alone, and start a draft."""

    def run(changes: Changes, hooks: DecisionHooks) -> Prepared:
        board = changes.board
        known, before = {(i.code, i.variant_key) for i in board.items.values()}, board.last_comment_no
        missing = [item for item in items if item.key not in known]
        if missing:
            add_items(missing)(changes, hooks)
        if board.status == "draft":
            set_status("active")(changes, hooks)
        return Prepared(board.workspace_id, board.show_id, board.status, before, len(missing))

    return run


def _plain(value: Any) -> UUID:
    return UUID(bytes=value.bytes)
