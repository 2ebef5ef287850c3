"""Won claims on their way into an order, and out of it again.

Whoever comes here has locked the claims' shows (`dibs.lane.refresh.lock_shows_of`): the lane changes claims and items
under that lock alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

import attrs

from dibs.errors import ConflictError, InvariantError, NotFoundError
from dibs.lane.refresh import lock_shows_of
from dibs.models.orders import NewOrder, NewOrderLine
from dibs.money import quantity_text
from dibs.orders import sql

if TYPE_CHECKING:
    from dibs.db import RawConnection


@attrs.frozen
class WonClaim:
    """A claim as it stands under the lock of its show."""

    id: UUID
    show_id: UUID
    item_id: UUID
    units: int
    batch_id: UUID | None


@attrs.frozen
class Party:
    """Who orders: a person, a customer, or both."""

    person: UUID | None
    customer_id: UUID | None

    def owns(self, row: Any) -> bool:
        """Whether a claim is this party's."""
        same_person = row["person"] is not None and row["person"] == self.person
        return same_person or (row["customer_id"] is not None and row["customer_id"] == self.customer_id)


async def lock_claims(
    connection: RawConnection, workspace_id: UUID, new: NewOrder, party: Party
) -> Mapping[UUID, WonClaim]:
    """Lock the shows of an order's claims and read those.

    Raises:
        NotFoundError: there is no such claim.
        ConflictError: a claim can't be ordered, or not by this party; `data` has `claim_id`, and `order_id` if it is
            ordered already.
    """
    lines = {line.claim_id: line for line in new.lines if line.claim_id is not None}
    if not lines:
        return {}
    await lock_shows_of(connection, workspace_id, list(lines))
    rows = {row["id"]: row for row in await connection.fetch(sql.CLAIMS, workspace_id, list(lines))}
    if missing := lines.keys() - rows.keys():
        raise NotFoundError("There is no such claim.", claim_id=str(min(missing)))
    for claim_id, line in lines.items():
        _check(rows[claim_id], line, new, party)
    return {claim_id: _won(rows[claim_id]) for claim_id in lines}


def _check(row: Any, line: NewOrderLine, new: NewOrder, party: Party) -> None:
    name, claim_id = f"item {row['item_number']} {row['variant']}".rstrip(), str(row["id"])
    if row["order_id"] is not None:
        words = f"The claim on {name} is in order {row['order_number']} already."
        raise ConflictError(words, claim_id=claim_id, order_id=str(row["order_id"]), number=row["order_number"])
    if problem := _problem(row, line, new, party):
        raise ConflictError(f"The claim on {name} {problem}.", claim_id=claim_id, status=row["status"])


def _problem(row: Any, line: NewOrderLine, new: NewOrder, party: Party) -> str | None:
    if row["status"] != "winner" or row["item_id"] is None:
        return "is won no more"
    if row["practice"]:
        return "is of a practice show, which sells nothing"
    if new.show_id is not None and row["show_id"] != new.show_id:
        return "is of another show"
    if not party.owns(row):
        return "is somebody else's"
    if row["quantity"] != line.quantity:
        return f"is of {row['quantity']} by now, not of {quantity_text(line.quantity)}"
    if line.batch_id not in (None, row["batch_id"]):
        return "comes from another batch"
    return None


def _won(row: Any) -> WonClaim:
    batch = row["batch_id"]
    claim_id, show_id, item_id = (UUID(bytes=row[name].bytes) for name in ("id", "show_id", "item_id"))
    return WonClaim(claim_id, show_id, item_id, row["quantity"], None if batch is None else UUID(bytes=batch.bytes))


async def sell_items(connection: RawConnection, workspace_id: UUID, units: Iterable[tuple[UUID, int]]) -> None:
    """Count won units as sold, below 0 as unsold: their reservation goes, or comes back.

    Raises:
        InvariantError: the items have not what their claims say.
    """
    sums: Counter[UUID] = Counter()
    for item_id, more in units:
        sums[item_id] += more
    if not sums:
        return
    changed = await connection.fetch(sql.SELL_ITEMS, workspace_id, list(sums), list(sums.values()))
    if len(changed) != len(sums):
        raise InvariantError("An item has not won, or not reserved, what its claims say.")


async def mark(connection: RawConnection, workspace_id: UUID, claim_ids: Iterable[UUID], order_id: UUID) -> None:
    """Say in the claims which order they are in."""
    await _all(connection, sql.MARK_CLAIMS, workspace_id, list(claim_ids), order_id)


async def free(connection: RawConnection, workspace_id: UUID, claim_ids: Iterable[UUID], order_id: UUID) -> None:
    """Say that they are in no order any more."""
    await _all(connection, sql.FREE_CLAIMS, workspace_id, list(claim_ids), order_id)


async def _all(connection: RawConnection, query: str, workspace_id: UUID, claim_ids: list[UUID], order: UUID) -> None:
    if claim_ids and len(await connection.fetch(query, workspace_id, claim_ids, order)) != len(claim_ids):
        raise InvariantError("A claim is not as the lock of its show has shown it.")
