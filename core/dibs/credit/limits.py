"""Setting a customer's credit limit."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from dibs import audit_log
from dibs.audit_log import Actor
from dibs.credit.reading import locked_limit_and_orders
from dibs.errors import FieldFault, InvalidInputError
from dibs.money import money_fault, money_text

if TYPE_CHECKING:
    from dibs.db import RawConnection

_SET = "UPDATE customers SET credit_limit = $3, version = version + 1 WHERE workspace_id = $1 AND id = $2"


async def set_limit(
    connection: RawConnection, workspace_id: UUID, actor: Actor, customer_id: UUID, limit: Decimal | None
) -> None:
    """Set a limit, under the customer's lock, with its entry in the audit log. The same limit is no change.

    Raises:
        NotFoundError: the workspace has no such customer.
        InvalidInputError: that is no amount from 0.
    """
    problem = money_fault(limit)
    if problem:
        raise InvalidInputError("The limit is not usable.", [FieldFault("credit_limit", problem)])
    before, _ = await locked_limit_and_orders(connection, workspace_id, customer_id)
    if before == limit:
        return
    await connection.execute(_SET, workspace_id, customer_id, limit)
    was, now = ({"credit_limit": None if one is None else money_text(one)} for one in (before, limit))
    await audit_log.record(
        connection,
        workspace_id,
        actor,
        "credit.limit_set",
        entity="customer",
        entity_id=customer_id,
        before=was,
        after=now,
    )
