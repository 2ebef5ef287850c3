"""The first step, in one transaction: somebody has no name any more. Their traces are removed afterwards."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, TypeAlias
from uuid import UUID

import attrs

from dibs import audit_log
from dibs.audit_log import Actor
from dibs.buyers import sql as buyers_sql
from dibs.buyers.people import as_id, no_such_buyer
from dibs.buyers.telling import Told, publish, tell
from dibs.db import Database
from dibs.erasure import sql
from dibs.erasure.traces import empty_entries
from dibs.events.hub import Hub
from dibs.events.workspace import tell_workspace

if TYPE_CHECKING:
    from dibs.db import RawConnection

EVENT = "buyer.erased"
Row: TypeAlias = Any


@attrs.define(eq=False)
class Erasing:
    """Taking names away in one workspace. What was won stays; nothing says any more who won it."""

    db: Database
    hub: Hub

    async def person(self, workspace_id: UUID, buyer_id: UUID, actor: Actor) -> UUID:
        """Forget a person with all their identities, as an operator wants it; answers with the nameless buyer.

        Raises:
            NotFoundError: the workspace has no such buyer.
        """
        async with self._alone(workspace_id) as step:
            row = await step.connection.fetchrow(buyers_sql.ONE, workspace_id, buyer_id)
            if row is None:
                raise no_such_buyer(buyer_id)
            person = as_id(row["merged_into"] or row["id"])
            members = await step.connection.fetch(buyers_sql.MEMBERS, workspace_id, person)
            named = [member for member in members if member["erased_at"] is None]
            if named:
                await step.erase(named, None)
                await step.note(actor, person, {"identities": len(named), "asked_by": "operator"})
        return person

    async def identity(self, workspace_id: UUID, platform: str, user_id: str, code: str) -> bool:
        """Forget one identity, as its platform wants it; whether the workspace knew it.

        Whoever it was merged with keeps their own name, but not what was noted about the person.
        """
        async with self._alone(workspace_id) as step:
            row = await step.connection.fetchrow(sql.IDENTITY, workspace_id, platform, user_id)
            if row is None:
                return False
            await step.set_apart(row)
            await step.erase([row], code)
            await step.note(Actor.system(), as_id(row["id"]), {"identities": 1, "asked_by": platform})
        return True

    @asynccontextmanager
    async def _alone(self, workspace_id: UUID) -> AsyncIterator[_Step]:
        """One transaction, alone among the changes to the workspace's buyers; afterwards those who listen are told."""
        async with self.db.transaction(), self.db.raw() as connection:
            await connection.execute(buyers_sql.LOCK, workspace_id)
            step = _Step(connection, workspace_id)
            yield step
            if not step.erased:
                return
            await connection.execute(sql.ALL_BOARDS, workspace_id)
            written = await tell(connection, workspace_id, step.told)
            ids = [str(as_id(row["id"])) for row in step.erased]
            event = await tell_workspace(connection, workspace_id, EVENT, {"buyer_ids": ids})
        publish(self.hub, workspace_id, written)
        event.publish(self.hub)


@attrs.define(eq=False)
class _Step:
    """What a transaction works with."""

    connection: RawConnection
    workspace_id: UUID
    erased: list[Row] = attrs.field(factory=list)

    @property
    def told(self) -> list[Told]:
        """What running shows have to learn."""
        return [Told(as_id(row["id"]), blocked=False, handle="", erased=True) for row in self.erased]

    async def set_apart(self, row: Row) -> None:
        """Undo the merges of an identity: those who keep their names must not tell who it was.

        If the person was blocked, the others stay blocked.
        """
        connection, workspace_id, own = self.connection, self.workspace_id, as_id(row["id"])
        person = as_id(row["merged_into"] or own)
        blocked = [m for m in await connection.fetch(buyers_sql.MEMBERS, workspace_id, person) if m["blocked_at"]]
        parts = [as_id(child["id"]) for child in await connection.fetch(sql.CHILDREN, workspace_id, own)]
        for part in parts:
            await connection.execute(buyers_sql.UNMERGE, workspace_id, part, person)
        if row["merged_into"] is not None:
            await connection.execute(buyers_sql.UNMERGE, workspace_id, own, person)
            await connection.execute(sql.UNMARKED, workspace_id, person)
            await empty_entries(connection, workspace_id, person)
            parts.append(person)
        for part in parts if blocked else ():
            await connection.execute(buyers_sql.BLOCK, workspace_id, part, blocked[0]["blocked_reason"])

    async def erase(self, rows: Sequence[Row], code: str | None) -> None:
        """Take the names away and note what is left to do."""
        ids = [row["id"] for row in rows]
        platforms, users = [row["platform"] for row in rows], [row["platform_user_id"] for row in rows]
        for statement in (sql.NAMELESS, sql.NAMELESS_ORDERS, sql.NAMELESS_RESULTS):
            await self.connection.execute(statement, self.workspace_id, ids)
        await self.connection.execute(sql.NEW_WORK, self.workspace_id, code, ids, platforms, users)
        self.erased += rows

    async def note(self, actor: Actor, buyer_id: UUID, after: Mapping[str, Any]) -> None:
        """Write the entry of the audit log; it does not say who it was."""
        await audit_log.record(
            self.connection, self.workspace_id, actor, EVENT, entity="buyer", entity_id=buyer_id, after=after
        )
