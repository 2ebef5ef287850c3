"""Changing one row of the catalogue, if it still has the version that was read."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Literal
from uuid import UUID

import asyncpg

from dibs import audit_log
from dibs.audit_log import Actor
from dibs.codec import unstructure
from dibs.errors import ConflictError, DuplicateError, FieldFault, InvalidInputError, NotFoundError

if TYPE_CHECKING:
    from dibs.db import Database, RawConnection

Entity = Literal["product", "batch", "customer"]
TABLES: Mapping[Entity, str] = {"product": "products", "batch": "batches", "customer": "customers"}
_REQUIRED = ("name", "unit", "code", "received_on", "contact", "note", "portal")


@asynccontextmanager
async def telling_current(current: Callable[[], Awaitable[Any]]) -> AsyncIterator[None]:
    """Whoever read an older version gets the present one with the refusal, as `data["current"]`."""
    try:
        yield
    except ConflictError as error:
        if "version" not in error.data:
            raise
        raise ConflictError(error.message, **error.data, current=unstructure(await current())) from error


@asynccontextmanager
async def writing(db: Database, taken: str) -> AsyncIterator[RawConnection]:
    """A transaction; a name that is taken becomes a `DuplicateError` that says so."""
    try:
        async with db.transaction(), db.raw() as connection:
            yield connection
    except asyncpg.UniqueViolationError as error:
        if error.constraint_name not in ("products_name", "batches_code"):
            raise
        raise DuplicateError(taken) from error


async def change(
    connection: RawConnection,
    workspace_id: UUID,
    actor: Actor,
    entity: Entity,
    row_id: UUID,
    version: int,
    wanted: Mapping[str, Any],
) -> None:
    """Write the fields that are others now, with their entry in the audit log.

    Raises:
        NotFoundError: there is no such row.
        ConflictError: it has another version by now (`data["version"]`).
        InvalidInputError: a field that must be there was given as null.
    """
    table = TABLES[entity]
    select = f"SELECT * FROM {table} WHERE workspace_id = $1 AND id = $2 FOR NO KEY UPDATE"
    row = await connection.fetchrow(select, workspace_id, row_id)
    if row is None:
        raise no_such(entity, row_id)
    if row["version"] != version:
        raise ConflictError(f"Somebody else has changed this {entity}.", version=row["version"])
    missing = [name for name in _REQUIRED if name in wanted and wanted[name] is None]
    if missing:
        raise InvalidInputError("A field must not be null.", [FieldFault(name, "must not be null") for name in missing])
    after = {name: value for name, value in wanted.items() if row[name] != value}
    if not after:
        return
    columns = ", ".join(f"{name} = ${number}" for number, name in enumerate(after, start=3))
    update = f"UPDATE {table} SET {columns}, version = version + 1 WHERE workspace_id = $1 AND id = $2"
    await connection.execute(update, workspace_id, row_id, *after.values())
    shown = [name for name in after if not name.endswith("_key")]
    before, now = {name: row[name] for name in shown}, {name: after[name] for name in shown}
    await note(connection, workspace_id, actor, f"{entity}.edited", entity, row_id, before, now)


async def note(
    connection: RawConnection,
    workspace_id: UUID,
    actor: Actor,
    action: str,
    entity: Entity,
    row_id: UUID | None,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
) -> None:
    """Leave an entry in the audit log."""
    await audit_log.record(
        connection, workspace_id, actor, action, entity=entity, entity_id=row_id, before=before, after=after
    )


def no_such(entity: Entity, row_id: UUID) -> NotFoundError:
    """What is said of a row that the workspace does not have."""
    return NotFoundError(f"There is no such {entity}.", **{f"{entity}_id": str(row_id)})


def no_such_cursor() -> InvalidInputError:
    """What is said of a cursor that is nobody's."""
    return InvalidInputError(
        "The query has 1 faulty field(s).", [FieldFault("cursor", "is not one that was given out")]
    )


def plain(value: Any) -> UUID:
    """A standard UUID: the driver's own subclass is no JSON value."""
    return UUID(bytes=value.bytes)
