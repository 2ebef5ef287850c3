"""What is told of an order: an event for the workspace, an entry in the audit log."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dibs import audit_log
from dibs.audit_log import Actor
from dibs.models.orders import Order
from dibs.money import money_text
from dibs.trading.telling import Telling

if TYPE_CHECKING:
    from dibs.db import RawConnection


def tell(telling: Telling, kind: str, order: Order) -> None:
    """Have `order.created`, `order.paid` or `order.cancelled` written in the topic of the workspace."""
    telling.add(f"workspace:{telling.workspace_id}", kind, facts(order))


def facts(order: Order) -> dict[str, Any]:
    """An order as its events have it; for staff only."""
    return {
        "order_id": order.order_id,
        "number": order.number,
        "status": order.status,
        "origin": order.origin,
        "total": money_text(order.total),
        "currency": order.currency,
        "customer_id": order.customer_id,
        "buyer_id": order.buyer_id,
        "show_id": order.show_id,
        "claim_ids": [line.claim_id for line in order.lines if line.claim_id is not None],
        "version": order.version,
    }


async def note(
    connection: RawConnection,
    actor: Actor,
    action: str,
    telling: Telling,
    order: Order,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any],
) -> None:
    """Leave the entry of a change in the audit log."""
    await audit_log.record(
        connection,
        telling.workspace_id,
        actor,
        action,
        entity="order",
        entity_id=order.order_id,
        show_id=order.show_id,
        before=before,
        after=after,
    )
