"""Customers: finding them, adding and changing them, and which buyers they are."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import UUID

import attrs

from dibs.audit_log import Actor
from dibs.catalogue.editing import change, no_such, no_such_cursor, note, plain, telling_current
from dibs.catalogue.model import Customer, CustomerFilter, LinkedBuyer, NewCustomer
from dibs.customer_access.service import end_access
from dibs.db import Database
from dibs.errors import ConflictError, NotFoundError
from dibs.ids import uuid7
from dibs.lane.refresh import refresh_boards

_COLUMNS = """
SELECT c.*, (SELECT count(*) FROM buyers b WHERE b.workspace_id = c.workspace_id AND b.customer_id = c.id) AS buyers
FROM customers c WHERE c.workspace_id = $1
"""
_ONE = _COLUMNS + " AND c.id = $2"
_PAGE = (
    _COLUMNS
    + """ AND ($2 = '' OR strpos(lower(c.name), $2) > 0 OR strpos(lower(c.contact), $2) > 0
        OR strpos(lower(c.note), $2) > 0)
    AND ($3::text IS NULL OR (lower(c.name), c.id) > ($3, $4::uuid))
ORDER BY lower(c.name), c.id LIMIT $5
"""
)
_PLACE = "SELECT lower(name) AS name, id FROM customers WHERE workspace_id = $1 AND id = $2"
_INSERT = """
INSERT INTO customers (workspace_id, id, name, contact, note, credit_limit, portal) VALUES ($1, $2, $3, $4, $5, $6, $7)
"""
_LINKED = """
SELECT id, handle, platform, platform_user_id FROM buyers
WHERE workspace_id = $1 AND customer_id = $2 ORDER BY lower(handle), id LIMIT 200
"""
_OF_BUYER = """
SELECT c.id, c.name FROM buyers b JOIN customers c ON c.workspace_id = b.workspace_id AND c.id = b.customer_id
WHERE b.workspace_id = $1 AND b.id = $2
"""
_PERSON = "SELECT coalesce(merged_into, id) FROM buyers WHERE workspace_id = $1 AND id = $2"
_LOCK_BUYER = """
SELECT handle, customer_id, merged_into, erased_at FROM buyers WHERE workspace_id = $1 AND id = $2 FOR NO KEY UPDATE
"""
_LINK = "UPDATE buyers SET customer_id = $3 WHERE workspace_id = $1 AND id = $2"


@attrs.define(eq=False)
class Customers:
    """The customers of each workspace; every method takes the workspace first."""

    db: Database

    async def page(self, workspace_id: UUID, wanted: CustomerFilter) -> tuple[list[Customer], UUID | None]:
        """Customers in order of their names, and the cursor of the next page."""
        place: tuple[Any, Any] = (None, None)
        if wanted.cursor is not None:
            rows = await self.db.plain_fetch(_PLACE, workspace_id, wanted.cursor)
            if not rows:
                raise no_such_cursor()
            place = rows[0]["name"], rows[0]["id"]
        words = wanted.q.strip().lower()
        found = await self.db.plain_fetch(_PAGE, workspace_id, words, *place, wanted.limit + 1)
        shown = [_customer(row) for row in found[: wanted.limit]]
        return shown, shown[-1].customer_id if len(found) > wanted.limit else None

    async def get(self, workspace_id: UUID, customer_id: UUID) -> Customer:
        """One customer. Raises `NotFoundError`."""
        rows = await self.db.plain_fetch(_ONE, workspace_id, customer_id)
        if not rows:
            raise no_such("customer", customer_id)
        return _customer(rows[0])

    async def buyers(self, workspace_id: UUID, customer_id: UUID) -> list[LinkedBuyer]:
        """The buyers who are this customer, the first 200."""
        rows = await self.db.plain_fetch(_LINKED, workspace_id, customer_id)
        return [LinkedBuyer(plain(row["id"]), *(row[n] for n in _SHOWN)) for row in rows]

    async def of_buyer(self, workspace_id: UUID, buyer_id: UUID) -> tuple[UUID, str] | None:
        """The customer that a buyer is: id and name."""
        rows = await self.db.plain_fetch(_OF_BUYER, workspace_id, buyer_id)
        return (plain(rows[0]["id"]), rows[0]["name"]) if rows else None

    async def add(self, workspace_id: UUID, new: NewCustomer, actor: Actor) -> Customer:
        """Add a customer; two may have one name."""
        made = uuid7()
        async with self.db.transaction(), self.db.raw() as connection:
            await connection.execute(_INSERT, workspace_id, made, *attrs.astuple(new))
            await note(connection, workspace_id, actor, "customer.added", "customer", made, None, attrs.asdict(new))
        return await self.get(workspace_id, made)

    async def change(
        self, workspace_id: UUID, customer_id: UUID, version: int, wanted: Mapping[str, Any], actor: Actor
    ) -> Customer:
        """Change the named fields; without the portal every access of the customer ends.

        Raises:
            ConflictError: the customer has another version by now.
        """
        current = partial(self.get, workspace_id, customer_id)
        async with telling_current(current), self.db.transaction(), self.db.raw() as connection:
            await change(connection, workspace_id, actor, "customer", customer_id, version, wanted)
            if wanted.get("portal") is False:
                await end_access(connection, workspace_id, customer_id)
        return await self.get(workspace_id, customer_id)

    async def link(self, workspace_id: UUID, customer_id: UUID, buyer_id: UUID, actor: Actor) -> Customer:
        """Say that a buyer, as a person with all identities, is this customer. Linked already is no error.

        Raises:
            NotFoundError: there is no such customer, or no such buyer.
            ConflictError: the buyer is another customer (`data["customer_id"]`), or was erased.
        """
        await self.get(workspace_id, customer_id)
        async with self.db.transaction(), self.db.raw() as connection:
            person, row = await _buyer(connection, workspace_id, buyer_id)
            if row["erased_at"] is not None:
                raise ConflictError("This buyer was erased.", erased=True)
            if row["customer_id"] not in (None, customer_id):
                other = str(row["customer_id"])
                raise ConflictError(f"{row['handle']} is another customer already; unlink first.", customer_id=other)
            if row["customer_id"] is None:
                await connection.execute(_LINK, workspace_id, person, customer_id)
                after = {"buyer_id": person}
                await note(connection, workspace_id, actor, "customer.linked", "customer", customer_id, None, after)
                await refresh_boards(connection, workspace_id)
        return await self.get(workspace_id, customer_id)

    async def unlink(self, workspace_id: UUID, customer_id: UUID, buyer_id: UUID, actor: Actor) -> None:
        """Say that a buyer is not this customer. Not linked is no error. Raises `NotFoundError` as `link` does."""
        await self.get(workspace_id, customer_id)
        async with self.db.transaction(), self.db.raw() as connection:
            person, row = await _buyer(connection, workspace_id, buyer_id)
            if row["customer_id"] == customer_id:
                await connection.execute(_LINK, workspace_id, person, None)
                before = {"buyer_id": person}
                await note(connection, workspace_id, actor, "customer.unlinked", "customer", customer_id, before, None)
                await refresh_boards(connection, workspace_id)


_SHOWN = ("handle", "platform", "platform_user_id")


async def _buyer(connection: Any, workspace_id: UUID, buyer_id: UUID) -> tuple[UUID, Any]:
    """The person that an identity belongs to, locked. Raises `NotFoundError`."""
    person = await connection.fetchval(_PERSON, workspace_id, buyer_id)
    row = person and await connection.fetchrow(_LOCK_BUYER, workspace_id, person)
    if row is None:
        raise NotFoundError("There is no such buyer.", buyer_id=str(buyer_id))
    return plain(person), row


def _customer(row: Mapping[str, Any]) -> Customer:
    same = ("name", "contact", "note", "credit_limit", "portal", "version", "buyers")
    return Customer(customer_id=plain(row["id"]), **{name: row[name] for name in same})
