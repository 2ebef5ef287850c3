"""Products: finding them, adding and changing them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import UUID

import attrs

from dibs.audit_log import Actor
from dibs.catalogue.editing import change, no_such, no_such_cursor, plain, telling_current, writing
from dibs.catalogue.inserting import insert_product
from dibs.catalogue.model import NewProduct, Product, ProductFilter
from dibs.catalogue.names import name_key
from dibs.db import Database
from dibs.stock.model import available

_COLUMNS = """
SELECT p.id, p.name, p.category, p.unit, p.picture_url, p.version, p.name_key, b.*
FROM products p CROSS JOIN LATERAL (
    SELECT count(*) AS batches, coalesce(sum(on_hand), 0) AS on_hand, coalesce(sum(reserved), 0) AS reserved,
        coalesce(sum(on_hold), 0) AS on_hold, coalesce(sum(in_carts), 0) AS in_carts
    FROM batches b WHERE b.workspace_id = p.workspace_id AND b.product_id = p.id
) b WHERE p.workspace_id = $1
"""
_ONE = _COLUMNS + " AND p.id = $2"
_PAGE = (
    _COLUMNS
    + """ AND ($2 = '' OR strpos(p.name_key, $2) > 0 OR strpos(lower(coalesce(p.category, '')), $2) > 0)
    AND ($3::text IS NULL OR p.category = $3) AND ($4::text IS NULL OR (p.name_key, p.id) > ($4, $5::uuid))
ORDER BY p.name_key, p.id LIMIT $6
"""
)
_PLACE = "SELECT name_key, id FROM products WHERE workspace_id = $1 AND id = $2"
_CATEGORIES = "SELECT DISTINCT category FROM products WHERE workspace_id = $1 AND category IS NOT NULL ORDER BY 1"


@attrs.define(eq=False)
class Products:
    """The products of each workspace; every method takes the workspace first."""

    db: Database

    async def page(self, workspace_id: UUID, wanted: ProductFilter) -> tuple[list[Product], UUID | None]:
        """Products in order of their names, and the cursor of the next page."""
        place: tuple[Any, Any] = (None, None)
        if wanted.cursor is not None:
            rows = await self.db.plain_fetch(_PLACE, workspace_id, wanted.cursor)
            if not rows:
                raise no_such_cursor()
            place = rows[0]["name_key"], rows[0]["id"]
        words = name_key(wanted.q)
        found = await self.db.plain_fetch(_PAGE, workspace_id, words, wanted.category, *place, wanted.limit + 1)
        shown = [_product(row) for row in found[: wanted.limit]]
        return shown, shown[-1].product_id if len(found) > wanted.limit else None

    async def get(self, workspace_id: UUID, product_id: UUID) -> Product:
        """One product. Raises `NotFoundError`."""
        rows = await self.db.plain_fetch(_ONE, workspace_id, product_id)
        if not rows:
            raise no_such("product", product_id)
        return _product(rows[0])

    async def categories(self, workspace_id: UUID) -> list[str]:
        """The categories that are in use."""
        return [row["category"] for row in await self.db.plain_fetch(_CATEGORIES, workspace_id)]

    async def add(self, workspace_id: UUID, new: NewProduct, actor: Actor) -> Product:
        """Add a product. Raises `DuplicateError` if there is one of this name."""
        async with self.db.transaction(), self.db.raw() as connection:
            made = await insert_product(connection, workspace_id, new, actor)
        return await self.get(workspace_id, made)

    async def change(
        self, workspace_id: UUID, product_id: UUID, version: int, wanted: Mapping[str, Any], actor: Actor
    ) -> Product:
        """Change the named fields.

        Raises:
            ConflictError: the product has another version by now.
            DuplicateError: there is another product of this name.
        """
        keyed = {**wanted, **({"name_key": name_key(wanted["name"])} if wanted.get("name") else {})}
        taken = f"There is a product {wanted.get('name')} already."
        current = partial(self.get, workspace_id, product_id)
        async with telling_current(current), writing(self.db, taken) as connection:
            await change(connection, workspace_id, actor, "product", product_id, version, keyed)
        return await self.get(workspace_id, product_id)


def _product(row: Mapping[str, Any]) -> Product:
    same = ("name", "category", "unit", "picture_url", "version")
    counters = ("batches", "on_hand", "reserved", "on_hold", "in_carts")
    found = Product(
        product_id=plain(row["id"]),
        **{name: row[name] for name in (*same, *counters)},
        available=row["on_hand"],
    )
    return attrs.evolve(found, available=available(found))
