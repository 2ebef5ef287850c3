"""The ledger: reading it, and adding to it. What stands in it is never changed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

import attrs

from dibs import ConflictError, EventContext, FieldFault, InvalidInputError, NotFoundError, WorkspaceData
from dibs.money import money_fault, money_text
from dibs_credit.settings import N_

Kind = Literal["payment", "adjustment"]
_PAGE = """
SELECT e.id, e.kind, e.amount, e.order_id, o.number AS order_number, o.status AS order_status, e.reason,
    e.actor_name AS actor, e.at
FROM credit_entries e LEFT JOIN orders o ON o.workspace_id = e.workspace_id AND o.id = e.order_id
WHERE e.workspace_id = $1 AND e.customer_id = $2 AND ($3::uuid IS NULL OR e.id < $3) ORDER BY e.id DESC LIMIT $4
"""
_CUSTOMER = "SELECT id FROM customers WHERE workspace_id = $1 AND id = $2"
_ORDER = "SELECT number, status FROM orders WHERE workspace_id = $1 AND id = $2 AND customer_id = $3 FOR SHARE"
_ADD = """
INSERT INTO credit_entries (workspace_id, id, customer_id, kind, amount, order_id, reason, actor_id, actor_name,
    form_id)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT ON CONSTRAINT credit_entries_once DO NOTHING RETURNING id
"""
NO_AMOUNT = N_("must be an amount other than 0 with at most two decimal places, such as 12.50")
NEGATIVE = N_("of a payment must be above 0; to take one back, add an adjustment")
NO_REASON = N_("must say why the balance is adjusted")
NO_ORDER = N_("is for payments; an adjustment is of the whole account")


@attrs.frozen
class Entry:
    """A line of the ledger.

    Attributes:
        amount: of a payment above 0, and it lowers the balance; of an adjustment above 0 if it raises it.
        order_id: the order that was paid; None if the money is on account.
        settled: the order was marked paid since: the payment has left the balance together with it.
        actor: who wrote it.
    """

    id: UUID
    kind: Kind
    amount: Decimal
    order_id: UUID | None
    order_number: int | None
    settled: bool
    reason: str
    actor: str
    at: datetime


@attrs.frozen
class NewEntry:
    """A line to write; `form_id` is what makes two sendings of one form one entry."""

    kind: Kind
    amount: Decimal
    order_id: UUID | None = None
    reason: str = ""
    form_id: UUID | None = None


async def read(
    data: WorkspaceData, customer_id: UUID, before: UUID | None, limit: int
) -> tuple[list[Entry], UUID | None]:
    """The lines of a customer, the newest first, and the cursor of the next page."""
    rows = await data.fetch(_PAGE, customer_id, before, limit + 1)
    found = [_entry(row) for row in rows[:limit]]
    return found, found[-1].id if len(rows) > limit else None


async def add(context: EventContext, customer_id: UUID, new: NewEntry) -> bool:
    """Write a line, with its entry in the audit log and the event `credit.changed`; False if its form was sent before.

    Raises:
        InvalidInputError: the amount does not fit the kind, or an adjustment has no reason.
        NotFoundError: there is no such customer, or the customer has no such order.
        ConflictError: the order is not open any more.
    """
    _check(new)
    if not await context.data.fetch(_CUSTOMER, customer_id):
        raise NotFoundError("There is no such customer.", customer_id=str(customer_id))
    if new.order_id is not None:
        await _check_order(context.data, customer_id, new.order_id)
    desk = context.desk
    row = (desk.new_id(), customer_id, new.kind, new.amount, new.order_id, new.reason.strip())
    if not await context.data.fetch(_ADD, *row, desk.actor.id, desk.actor.name[:200], new.form_id):
        return False
    after = {"amount": money_text(new.amount), "reason": new.reason.strip(), "order_id": new.order_id}
    words = {name: value for name, value in after.items() if value}
    await desk.note(f"credit.{new.kind}_added", "customer", customer_id, None, words)
    tell_changed(context, customer_id)
    return True


def tell_changed(context: EventContext, customer_id: UUID) -> None:
    """Say that a customer's credit is another; how it stands is for those who may read it."""
    context.desk.tell_workspace("credit.changed", {"customer_id": str(customer_id)})


def _check(new: NewEntry) -> None:
    faults = []
    if not new.amount or money_fault(abs(new.amount)) is not None:
        faults.append(FieldFault("amount", NO_AMOUNT))
    elif new.kind == "payment" and new.amount < 0:
        faults.append(FieldFault("amount", NEGATIVE))
    if new.kind == "adjustment" and not new.reason.strip():
        faults.append(FieldFault("reason", NO_REASON))
    if new.kind == "adjustment" and new.order_id is not None:
        faults.append(FieldFault("order_id", NO_ORDER))
    if faults:
        raise InvalidInputError(f"The entry has {len(faults)} faulty field(s).", faults)


async def _check_order(data: WorkspaceData, customer_id: UUID, order_id: UUID) -> None:
    rows = await data.fetch(_ORDER, order_id, customer_id)
    if not rows:
        raise NotFoundError("The customer has no such order.", order_id=str(order_id))
    if rows[0]["status"] != "open":
        words = f"Order {rows[0]['number']} is {rows[0]['status']} already; put the money on account instead."
        raise ConflictError(words, order_id=str(order_id), status=rows[0]["status"])


def _entry(row: Mapping[str, Any]) -> Entry:
    settled = row["order_status"] == "paid"
    same = ("kind", "amount", "order_number", "reason", "actor", "at")
    return Entry(
        id=_plain(row["id"]),
        order_id=row["order_id"] and _plain(row["order_id"]),
        settled=settled,
        **{name: row[name] for name in same},
    )


def _plain(value: Any) -> UUID:
    return UUID(bytes=value.bytes)
