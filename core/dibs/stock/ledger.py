"""Writing the ledger: a movement and the counter that it moves are written by one statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

import attrs

from dibs.audit_log import Actor
from dibs.errors import ConflictError, InvalidInputError, InvariantError, OutOfStockError
from dibs.ids import uuid7
from dibs.money import MAX_STOCK, quantity_text
from dibs.stock.locks import lock_batches
from dibs.stock.model import EFFECTS, BatchStock, Counter, Movement, available

if TYPE_CHECKING:
    from dibs.db import RawConnection


def _sum(counter: Counter) -> str:
    kinds = {sign: [f"'{kind}'" for kind, effect in EFFECTS.items() if effect == (counter, sign)] for sign in (1, -1)}
    up, down = (f"sum(quantity) FILTER (WHERE kind IN ({', '.join(kinds[sign])}))" for sign in (1, -1))
    return f"coalesce({up}, 0) - coalesce({down}, 0) AS {counter}"


_COUNTERS: tuple[Counter, ...] = ("on_hand", "reserved", "on_hold")
SUMS = ", ".join(_sum(counter) for counter in _COUNTERS)
"""The counters of a batch as columns, from rows of `kind` and `quantity`."""
GUARD = """b.on_hand + s.on_hand >= 0 AND b.reserved + s.reserved >= 0 AND b.on_hold + s.on_hold >= 0
        AND b.reserved + s.reserved + b.on_hold + s.on_hold + b.in_carts <= b.on_hand + s.on_hand"""
_RECORD = f"""
WITH wanted AS (
    SELECT * FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::numeric[], $6::text[], $7::uuid[], $8::text[])
        AS w(id, batch_id, kind, quantity, reference_kind, reference_id, reason)
), sums AS (
    SELECT batch_id, {SUMS} FROM wanted GROUP BY batch_id
), changed AS (
    UPDATE batches b SET on_hand = b.on_hand + s.on_hand, reserved = b.reserved + s.reserved,
        on_hold = b.on_hold + s.on_hold
    FROM sums s WHERE b.workspace_id = $1 AND b.id = s.batch_id
        AND {GUARD}
    RETURNING b.id
)
INSERT INTO stock_movements (workspace_id, id, batch_id, kind, quantity, reference_kind, reference_id, reason, actor_id,
    actor_name)
SELECT $1, w.id, w.batch_id, w.kind, w.quantity, w.reference_kind, w.reference_id, w.reason, $9::uuid, $10::text
FROM wanted w JOIN changed c ON c.id = w.batch_id
RETURNING 1
"""


async def record(
    connection: RawConnection, workspace_id: UUID, movements: Sequence[Movement], actor: Actor | None
) -> None:
    """Write movements and move the counters, all or nothing, in the caller's transaction.

    Raises:
        OutOfStockError: a batch has not enough; `data` names what is left (`left`) and each shortage (`short`).
        ConflictError: more would be given back than is reserved, or put aside.
        InvalidInputError: a batch would have more than can be counted.
        NotFoundError: the workspace has no such batch.
    """
    if not movements:
        return
    found = await lock_batches(connection, workspace_id, {movement.batch_id for movement in movements})
    _check(found, movements)
    ordered = sorted(movements, key=lambda movement: movement.batch_id)
    written = await connection.fetch(_RECORD, workspace_id, *_columns(ordered), *_who(actor))
    if len(written) != len(movements):
        raise InvariantError("The stock has not what its lock has shown.")


def _columns(movements: Sequence[Movement]) -> list[list[Any]]:
    references = [(m.reference.kind, m.reference.id) if m.reference else (None, None) for m in movements]
    return [
        [uuid7() for _ in movements],
        [m.batch_id for m in movements],
        [m.kind for m in movements],
        [m.quantity for m in movements],
        [kind for kind, _ in references],
        [one for _, one in references],
        [m.reason for m in movements],
    ]


def _who(actor: Actor | None) -> tuple[UUID | None, str]:
    return (actor.id, actor.name[:200]) if actor is not None else (None, "")


def _check(found: Mapping[UUID, BatchStock], movements: Sequence[Movement]) -> None:
    short: list[dict[str, str]] = []
    for batch_id, batch in found.items():
        of_batch = [movement for movement in movements if movement.batch_id == batch_id]
        after = _after(batch, of_batch)
        if after.on_hand > MAX_STOCK:
            raise InvalidInputError(f"{batch.name} would have more than can be counted.")
        if after.reserved < 0 or after.on_hold < 0:
            raise ConflictError(f"{batch.name} has not so much {'reserved' if after.reserved < 0 else 'put aside'}.")
        if available(after) < 0:
            short.append(_shortage(batch, of_batch, available(batch) - available(after)))
    if short:
        raise OutOfStockError(_words(short), left=short[0]["left"], short=short)


def _after(batch: BatchStock, movements: Sequence[Movement]) -> BatchStock:
    for movement in movements:
        counter, sign = EFFECTS[movement.kind]
        batch = attrs.evolve(batch, **{counter: getattr(batch, counter) + sign * movement.quantity})
    return batch


def _shortage(batch: BatchStock, movements: Sequence[Movement], wanted: Decimal) -> dict[str, str]:
    about = ", ".join(dict.fromkeys(m.about for m in movements if m.about))
    left = quantity_text(available(batch))
    return {"batch_id": str(batch.id), "batch": batch.name, "left": left, "wanted": quantity_text(wanted), "for": about}


def _words(short: Sequence[Mapping[str, str]]) -> str:
    parts = [
        f"{one['for'][:1].upper()}{one['for'][1:]} needs {one['wanted']}, but only {one['left']} of {one['batch']} left"
        if one["for"]
        else f"only {one['left']} of {one['batch']} left"
        for one in short[:5]
    ]
    return "; ".join(parts)[:1].upper() + "; ".join(parts)[1:] + "."
