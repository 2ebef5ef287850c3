"""The catalogue in the transaction of whoever adds to it: what plugins may do with products and batches."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

import attrs

from dibs.audit_log import Actor
from dibs.catalogue import inserting
from dibs.catalogue.model import NewBatch, NewProduct
from dibs.catalogue.names import name_key
from dibs.stock import Reference

if TYPE_CHECKING:
    from dibs.db import RawConnection

_BY_NAME = "SELECT id, name_key FROM products WHERE workspace_id = $1 AND name_key = ANY ($2)"
_BY_CODE = """
SELECT code_key, (array_agg(DISTINCT product_id))[1] AS product_id FROM batches
WHERE workspace_id = $1 AND code_key = ANY ($2) GROUP BY code_key HAVING count(DISTINCT product_id) = 1
"""
_CODES = "SELECT code_key FROM batches WHERE workspace_id = $1 AND product_id = $2 AND starts_with(code_key, $3)"


@attrs.frozen(eq=False)
class CatalogueDesk:
    """`context.desk.catalogue`: adding products and receiving batches, with their entries in ledger and audit log."""

    workspace_id: UUID
    actor: Actor
    _connection: RawConnection = attrs.field(repr=False)
    _begin: Callable[[], Awaitable[None]] | None = attrs.field(default=None, repr=False)

    async def find_products(self, names: Sequence[str]) -> Mapping[str, UUID]:
        """The products of these names, whatever the case and the accents; names of none are left out."""
        await self._ready()
        wanted = {name_key(name): name for name in names}
        rows = await self._connection.fetch(_BY_NAME, self.workspace_id, list(wanted))
        return {wanted[row["name_key"]]: UUID(bytes=row["id"].bytes) for row in rows}

    async def find_by_codes(self, codes: Sequence[str]) -> Mapping[str, UUID]:
        """The products that have batches of these codes; codes of none or of several products are left out."""
        await self._ready()
        wanted = {name_key(code): code for code in codes if code}
        rows = await self._connection.fetch(_BY_CODE, self.workspace_id, list(wanted))
        return {wanted[row["code_key"]]: UUID(bytes=row["product_id"].bytes) for row in rows}

    async def free_code(self, product_id: UUID, code: str) -> str:
        """The code itself if the product has no batch of it, else with `-2`, `-3` … behind it."""
        await self._ready()
        rows = await self._connection.fetch(_CODES, self.workspace_id, product_id, name_key(code))
        taken, tried, number = {row["code_key"] for row in rows}, code, 1
        while name_key(tried) in taken:
            number += 1
            tried = f"{code}-{number}"
        return tried

    async def add_product(self, new: NewProduct) -> UUID:
        """Add a product; its id.

        Raises:
            DuplicateError: there is one of this name.
        """
        await self._ready()
        return await inserting.insert_product(self._connection, self.workspace_id, new, self.actor)

    async def receive_batch(self, new: NewBatch, reference: Reference | None = None) -> UUID:
        """A new batch with what came in; its id.

        :param reference: what it came in for. The database takes one receipt for each: a second one is refused.
        :raises NotFoundError: there is no such product.
        :raises DuplicateError: the product has a batch of this code, or this was received already.
        """
        await self._ready()
        return await inserting.insert_batch(self._connection, self.workspace_id, new, self.actor, reference)

    async def _ready(self) -> None:
        if self._begin is not None:
            await self._begin()
