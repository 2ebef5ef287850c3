"""Prices of open carts when a pricing rule has changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from dibs import CommittedEvent, EventContext, Job, JobContext
from dibs_live_shopping.loading import take
from dibs_live_shopping.saving import save
from dibs_live_shopping.settling import note_credit, reprice
from dibs_live_shopping.telling import tell

EVENT = "pricing.changed"
JOB = "live_shopping.reprice"
_OPEN = """
SELECT s.id FROM live_sessions s WHERE s.workspace_id = $1 AND s.status IN ('active', 'paused')
    AND ($2::uuid IS NULL OR s.customer_id = $2)
    AND ($3::text IS NULL OR EXISTS (
        SELECT 1 FROM live_lines l WHERE l.workspace_id = s.workspace_id AND l.session_id = s.id
            AND lower(l.category) = lower($3)
    ))
    AND ($4::uuid IS NULL OR s.id > $4)
ORDER BY s.id LIMIT 200
"""


async def rule_changed(context: EventContext, event: CommittedEvent) -> None:
    """Have the carts that a changed rule concerns ask for their prices again; each in a transaction of its own."""
    payload = {key: str(event.data[key]) for key in ("customer_id", "category") if event.data.get(key)}
    await context.jobs.enqueue(JOB, payload)


async def reprice_open(context: JobContext, payload: Mapping[str, Any]) -> None:
    """Quote the open carts of a customer, of a category, or all."""
    customer = payload.get("customer_id")
    customer_id, last = UUID(customer) if customer else None, None
    while rows := await context.data.fetch(_OPEN, customer_id, payload.get("category"), last):
        for row in rows:
            await _reprice(context, row["id"])
        last = rows[-1]["id"]


async def _reprice(context: JobContext, session_id: UUID) -> None:
    async with context.transaction() as transaction:
        cart = await take(transaction, session_id)
        if not cart.session.selling or cart.session.due(cart.now):
            return
        before = dict(cart.lines)
        await reprice(transaction, cart)
        if cart.lines != before:
            await note_credit(transaction, cart)
            await save(transaction, cart, active=False)
            tell(transaction, cart, "price.changed", "system")


JOBS = (Job(JOB, reprice_open),)
