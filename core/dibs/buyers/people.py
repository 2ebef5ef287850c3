"""Reading what is known of buyers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

import attrs

from dibs.buyers import sql
from dibs.buyers.model import Buyer, BuyerFilter, HistoryPage, Identity, PastClaim, ShowOfBuyer
from dibs.db import Database
from dibs.errors import FieldFault, InvalidInputError, NotFoundError

Row = Mapping[str, Any]


@attrs.define(eq=False)
class People:
    """Queries on one workspace's buyers; every method takes the workspace first."""

    db: Database

    async def page(self, workspace_id: UUID, wanted: BuyerFilter) -> tuple[list[Buyer], UUID | None]:
        """People in order of their names, and the cursor of the next page.

        Words are looked for in handles, notes and tags of all identities of a person; a platform's id has to be whole.
        """
        place = await self.place(workspace_id, wanted.cursor)
        query, args = sql.page(wanted, place)
        ids = [as_id(row["id"]) for row in await self.db.plain_fetch(query, workspace_id, *args)]
        shown = ids[: wanted.limit]
        return await self.buyers(workspace_id, shown), shown[-1] if len(ids) > len(shown) else None

    async def buyers(self, workspace_id: UUID, ids: Sequence[UUID]) -> list[Buyer]:
        """People with their figures, in the order of `ids`; those that there are."""
        if not ids:
            return []
        rows = {row["id"]: row for row in await self.db.plain_fetch(sql.FIGURES, workspace_id, list(ids))}
        return [_buyer(rows[buyer_id]) for buyer_id in ids if buyer_id in rows]

    async def get(self, workspace_id: UUID, buyer_id: UUID) -> Buyer:
        """One buyer. Raises `NotFoundError`."""
        found = await self.buyers(workspace_id, [buyer_id])
        if not found:
            raise no_such_buyer(buyer_id)
        return found[0]

    async def person_of(self, workspace_id: UUID, buyer_id: UUID) -> UUID:
        """The person that an identity belongs to. Raises `NotFoundError`."""
        rows = await self.db.plain_fetch(sql.ONE, workspace_id, buyer_id)
        if not rows:
            raise no_such_buyer(buyer_id)
        return as_id(rows[0]["merged_into"] or rows[0]["id"])

    async def identities(self, workspace_id: UUID, buyer_id: UUID) -> list[Identity]:
        """The identities that are merged into a buyer, the first seen first."""
        rows = await self.db.plain_fetch(sql.MEMBERS, workspace_id, buyer_id)
        return [_identity(row) for row in rows if row["id"] != buyer_id]

    async def shows(self, workspace_id: UUID, ids: Iterable[UUID]) -> list[ShowOfBuyer]:
        """What these identities did, by show, the latest 50."""
        rows = await self.db.plain_fetch(sql.SHOWS, workspace_id, list(ids))
        return [_show(row) for row in rows]

    async def claims(
        self, workspace_id: UUID, ids: Iterable[UUID], wanted: HistoryPage
    ) -> tuple[list[PastClaim], UUID | None]:
        """Claims and passes of these identities, the newest first, and the cursor of the next page."""
        rows = await self.db.plain_fetch(sql.CLAIMS, workspace_id, list(ids), wanted.cursor, wanted.limit + 1)
        found = [_claim(row) for row in rows[: wanted.limit]]
        return found, found[-1].claim_id if len(rows) > wanted.limit else None

    async def tags(self, workspace_id: UUID) -> list[str]:
        """The tags that are in use, the most used first."""
        return [row["tag"] for row in await self.db.plain_fetch(sql.TAGS, workspace_id)]

    async def place(self, workspace_id: UUID, cursor: UUID | None) -> tuple[str, UUID] | None:
        """Where in the order of names a cursor stands. Raises `InvalidInputError` if it is nobody's."""
        if cursor is None:
            return None
        rows = await self.db.plain_fetch(sql.PLACE, workspace_id, cursor)
        if not rows:
            fault = FieldFault("cursor", "is not one that was given out")
            raise InvalidInputError("The query has 1 faulty field(s).", [fault])
        return rows[0]["name"], as_id(rows[0]["id"])


def no_such_buyer(buyer_id: UUID) -> NotFoundError:
    """What is said of a buyer whom the workspace does not have."""
    return NotFoundError("There is no such buyer.", buyer_id=str(buyer_id))


def as_id(value: Any) -> UUID:
    """A standard UUID: the driver's own subclass is no JSON value."""
    return UUID(bytes=value.bytes)


def id_or_none(value: Any) -> UUID | None:
    """The same for what may be missing."""
    return None if value is None else as_id(value)


def _buyer(row: Row) -> Buyer:
    same = ("handle", "platform", "platform_user_id", "note", "version", "identities", "shows", "won_units")
    return Buyer(
        buyer_id=as_id(row["id"]),
        tags=list(row["tags"]),
        blocked=row["blocked_at"] is not None,
        blocked_at=row["blocked_at"],
        blocked_reason=row["blocked_reason"],
        merged_into=id_or_none(row["merged_into"]),
        erased_at=row["erased_at"],
        first_seen_at=row["first_seen_at"],
        last_seen_at=row["last_seen_at"],
        **{name: row[name] for name in same},
    )


def _identity(row: Row) -> Identity:
    same = ("handle", "platform", "platform_user_id", "note")
    return Identity(
        buyer_id=as_id(row["id"]),
        tags=list(row["tags"]),
        blocked=row["blocked_at"] is not None,
        merged_with=id_or_none(row["merge_parent"]),
        first_seen_at=row["created_at"],
        **{name: row[name] for name in same},
    )


def _show(row: Row) -> ShowOfBuyer:
    same = ("title", "status", "started_at", "claims", "won_units", "waiting_units", "amount", "unpriced")
    return ShowOfBuyer(show_id=as_id(row["id"]), **{name: row[name] for name in same})


def _claim(row: Row) -> PastClaim:
    same = ("show_title", "handle", "item_number", "price", "kind", "quantity", "status", "reason", "text")
    return PastClaim(
        claim_id=as_id(row["id"]),
        show_id=as_id(row["show_id"]),
        buyer_id=as_id(row["buyer_id"]),
        item_id=id_or_none(row["item_id"]),
        variant=row["variant"] or None,
        title=row["item_title"] or None,
        posted_at=row["posted_at"],
        decided_at=row["decided_at"],
        **{name: row[name] for name in same},
    )
