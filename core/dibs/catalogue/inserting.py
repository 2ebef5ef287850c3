"""Writing a new product or batch in somebody's transaction, with its entries in ledger and audit log."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from uuid import UUID

import asyncpg
import attrs

from dibs.audit_log import Actor
from dibs.catalogue.editing import no_such, note
from dibs.catalogue.model import NewBatch, NewProduct
from dibs.catalogue.names import name_key
from dibs.clock import utc_now
from dibs.errors import DuplicateError
from dibs.ids import uuid7
from dibs.stock import Movement, Reference, record

if TYPE_CHECKING:
    from dibs.db import RawConnection

INSERT_PRODUCT = """
INSERT INTO products (workspace_id, id, name, name_key, category, unit, picture_url) VALUES ($1, $2, $3, $4, $5, $6, $7)
"""
INSERT_BATCH = """
INSERT INTO batches (workspace_id, id, product_id, code, code_key, unit_cost, received_on)
VALUES ($1, $2, $3, $4, $5, $6, $7)
"""
_PRODUCT = "SELECT name FROM products WHERE workspace_id = $1 AND id = $2 FOR KEY SHARE"
_ONCE = "stock_movements_received_once"


@contextmanager
def _told(taken: str) -> Iterator[None]:
    """What is there already, in words."""
    try:
        yield
    except asyncpg.UniqueViolationError as error:
        if error.constraint_name == _ONCE:
            raise DuplicateError("This was received already.") from error
        if error.constraint_name not in ("products_name", "batches_code"):
            raise
        raise DuplicateError(taken) from error


async def insert_product(connection: RawConnection, workspace_id: UUID, new: NewProduct, actor: Actor) -> UUID:
    """Write a product; its id. Raises `DuplicateError` if there is one of this name."""
    made = uuid7()
    with _told(f"There is a product {new.name} already."):
        columns = new.name, name_key(new.name), new.category, new.unit, new.picture_url
        await connection.execute(INSERT_PRODUCT, workspace_id, made, *columns)
    await note(connection, workspace_id, actor, "product.added", "product", made, None, attrs.asdict(new))
    return made


async def insert_batch(
    connection: RawConnection, workspace_id: UUID, new: NewBatch, actor: Actor, reference: Reference | None = None
) -> UUID:
    """Write a batch with what came in; its id.

    Raises:
        NotFoundError: there is no such product.
        DuplicateError: the product has a batch of this code, or there is a receipt for this reference.
    """
    if await connection.fetchrow(_PRODUCT, workspace_id, new.product_id) is None:
        raise no_such("product", new.product_id)
    made, day = uuid7(), new.received_on or utc_now().date()
    with _told(f"This product has a batch {new.code} already."):
        columns = new.code, name_key(new.code), new.unit_cost, day
        await connection.execute(INSERT_BATCH, workspace_id, made, new.product_id, *columns)
        if new.quantity:
            await record(connection, workspace_id, [Movement(made, "received", new.quantity, reference)], actor)
    after = {**attrs.asdict(new), "received_on": day}
    await note(connection, workspace_id, actor, "batch.received", "batch", made, None, after)
    return made
