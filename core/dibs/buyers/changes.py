"""Changing what is known of buyers: note, tags, blocking, merging. Each change is one transaction with its entry in
the audit log; shows that run learn of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, TypeAlias
from uuid import UUID

import attrs

from dibs import audit_log
from dibs.audit_log import Actor
from dibs.buyers import sql
from dibs.buyers.model import BuyerPatch
from dibs.buyers.people import as_id, id_or_none, no_such_buyer
from dibs.buyers.telling import Told, publish, tell
from dibs.db import Database
from dibs.errors import ConflictError
from dibs.events.hub import Hub

if TYPE_CHECKING:
    from dibs.db import RawConnection

Row: TypeAlias = Any
MOST_IDENTITIES = 200


@attrs.define(eq=False)
class Buyers:
    """All changes to one workspace's buyers; every method takes the workspace first and answers with the person's id.

    All raise `NotFoundError` for a buyer whom the workspace does not have.
    """

    db: Database
    hub: Hub

    async def edit(self, workspace_id: UUID, buyer_id: UUID, patch: BuyerPatch, actor: Actor) -> bool:
        """Change note or tags; False if `patch.version` is not the buyer's any more: nothing was changed then.

        Raises:
            ConflictError: the identity belongs to another person by now (`merged_into`), or was erased (`erased`).
        """
        tags = None if patch.tags is None else tidy_tags(patch.tags)
        async with self.db.transaction(), self.db.raw() as connection:
            before = await _row(connection, workspace_id, buyer_id, lock=True)
            if before["merged_into"] is not None:
                raise _merged(before)
            _check_known(before)
            done = await connection.fetch(sql.PATCH, workspace_id, buyer_id, patch.version, patch.note, tags)
            if done:
                await _note_edit(connection, workspace_id, actor, before, {"note": patch.note, "tags": tags})
        return bool(done)

    async def block(self, workspace_id: UUID, buyer_id: UUID, reason: str, actor: Actor) -> UUID:
        """Refuse all further claims of a person, whatever identity they use; what they have won stays.

        Blocking again changes the reason.

        Raises:
            ConflictError: the buyer was erased.
        """
        async with self._changing(workspace_id) as change:
            person, members = await change.person(buyer_id)
            _check_known(*members)
            standing = next(row for row in members if row["id"] == person)
            if standing["blocked_at"] is None or standing["blocked_reason"] != reason:
                await change.connection.execute(sql.BLOCK, workspace_id, person, reason)
                before = {"blocked": _blocked(members), "reason": standing["blocked_reason"]}
                await change.log(actor, "buyer.blocked", person, before, {"blocked": True, "reason": reason})
                await change.tell(members, True)
        return person

    async def unblock(self, workspace_id: UUID, buyer_id: UUID, actor: Actor) -> UUID:
        """Let a person claim again. Not blocked is no error."""
        async with self._changing(workspace_id) as change:
            person, members = await change.person(buyer_id)
            if _blocked(members):
                await change.connection.execute(sql.UNBLOCK, workspace_id, person)
                was = [_block_of(row) for row in members if row["blocked_at"] is not None]
                await change.log(actor, "buyer.unblocked", person, {"blocked": was}, {"blocked": []})
                await change.tell(members, False)
        return person

    async def merge(self, workspace_id: UUID, buyer_id: UUID, into: UUID, actor: Actor) -> UUID:
        """Say that a buyer is the same person as another, who stays. All claims stay where they are.

        If one of the two is blocked, the person is. What was merged into the buyer comes along.

        Raises:
            ConflictError: the buyer is merged already, they are one person already, or one of them was erased.
        """
        async with self._changing(workspace_id) as change:
            row = await _row(change.connection, workspace_id, buyer_id)
            person, staying = await change.person(into, "into")
            _check_known(row, *staying)
            _, coming = await change.person(buyer_id)
            _check_merge(row, person, len(staying) + len(coming))
            done = await change.connection.fetch(sql.MERGE, workspace_id, buyer_id, person)
            ids = sorted(str(moved["id"]) for moved in done)
            before = {"merged_into": None, "identities": ids}
            await change.log(actor, "buyer.merged", buyer_id, before, {"merged_into": str(person), "identities": ids})
            await change.tell([*staying, *coming], _blocked([*staying, *coming]))
        return person

    async def unmerge(self, workspace_id: UUID, buyer_id: UUID, actor: Actor) -> UUID:
        """Take a merge back: the buyer is a person again, with what was merged into it; answers with the other person.

        Raises:
            ConflictError: the buyer is not merged.
        """
        async with self._changing(workspace_id) as change:
            row = await _row(change.connection, workspace_id, buyer_id)
            person = id_or_none(row["merged_into"])
            if person is None:
                raise ConflictError("This buyer is not merged with anybody.", buyer_id=str(buyer_id))
            done = await change.connection.fetch(sql.UNMERGE, workspace_id, buyer_id, person)
            ids = sorted(str(moved["id"]) for moved in done)
            before = {"merged_into": str(person), "identities": ids}
            await change.log(actor, "buyer.unmerged", buyer_id, before, {"merged_into": None, "identities": ids})
            for side in (buyer_id, person):
                _, members = await change.person(side)
                await change.tell(members, _blocked(members))
        return person

    @asynccontextmanager
    async def _changing(self, workspace_id: UUID) -> AsyncIterator[_Change]:
        """One transaction, alone in its workspace; afterwards those who listen are told."""
        async with self.db.transaction(), self.db.raw() as connection:
            await connection.execute(sql.LOCK, workspace_id)
            change = _Change(connection, workspace_id)
            yield change
            told = await tell(connection, workspace_id, change.changed)
        publish(self.hub, workspace_id, told)


@attrs.define(eq=False)
class _Change:
    """What a change works with; `changed` are the identities whose standing others have to learn."""

    connection: RawConnection
    workspace_id: UUID
    changed: list[Told] = attrs.field(factory=list)

    async def person(self, buyer_id: UUID, field: str = "") -> tuple[UUID, Sequence[Row]]:
        """The person that an identity belongs to, and all their identities."""
        row = await _row(self.connection, self.workspace_id, buyer_id, field=field)
        person = as_id(row["merged_into"] or row["id"])
        return person, await self.connection.fetch(sql.MEMBERS, self.workspace_id, person)

    async def log(
        self, actor: Actor, action: str, buyer_id: UUID, before: Mapping[str, Any], after: Mapping[str, Any]
    ) -> None:
        """Write the entry of the audit log."""
        await audit_log.record(
            self.connection, self.workspace_id, actor, action,
            entity="buyer", entity_id=buyer_id, before=before, after=after,
        )  # fmt: skip

    async def tell(self, members: Sequence[Row], blocked: bool) -> None:
        """Remember what running shows have to learn."""
        self.changed += [Told(as_id(row["id"]), blocked, row["handle"]) for row in members]


def tidy_tags(tags: Sequence[str]) -> list[str]:
    """Tags without blanks around them, each once however it is written."""
    kept: dict[str, str] = {}
    for tag in tags:
        words = " ".join(tag.split())
        kept.setdefault(words.casefold(), words)
    return list(kept.values())


async def _row(
    connection: RawConnection, workspace_id: UUID, buyer_id: UUID, *, lock: bool = False, field: str = ""
) -> Row:
    found = await connection.fetchrow(sql.ONE + (" FOR UPDATE" if lock else ""), workspace_id, buyer_id)
    if found is None:
        raise no_such_buyer(buyer_id)
    row: Row = found
    return row


async def _note_edit(
    connection: RawConnection, workspace_id: UUID, actor: Actor, before: Row, after: Mapping[str, Any]
) -> None:
    for field, action in (("note", "buyer.noted"), ("tags", "buyer.tagged")):
        if after[field] is not None and after[field] != before[field]:
            await audit_log.record(
                connection, workspace_id, actor, action,
                entity="buyer", entity_id=as_id(before["id"]), before={field: before[field]},
                after={field: after[field]},
            )  # fmt: skip


def _check_merge(row: Row, person: UUID, together: int) -> None:
    if row["merged_into"] is not None:
        raise _merged(row)
    if as_id(row["id"]) == person:
        raise ConflictError("These two are one person already.", merged_into=str(person))
    if together > MOST_IDENTITIES:
        raise ConflictError(f"A person has {MOST_IDENTITIES} identities at most.", identities=together)


def _check_known(*rows: Row) -> None:
    """Nothing can be said any more of somebody who was forgotten."""
    if any(row["erased_at"] is not None for row in rows):
        raise ConflictError("This buyer was erased.", erased=True)


def _merged(row: Row) -> ConflictError:
    return ConflictError("This identity belongs to another buyer by now.", merged_into=str(row["merged_into"]))


def _blocked(members: Sequence[Row]) -> bool:
    return any(row["blocked_at"] is not None for row in members)


def _block_of(row: Row) -> dict[str, Any]:
    return {"buyer_id": str(row["id"]), "reason": row["blocked_reason"], "blocked_at": row["blocked_at"].isoformat()}
