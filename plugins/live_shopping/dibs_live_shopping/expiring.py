"""Sessions whose time is over: what they held is free again, and both sides are told; and the warning before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from dibs import Job, JobContext
from dibs_live_shopping.loading import take
from dibs_live_shopping.saving import save
from dibs_live_shopping.sessions import expire
from dibs_live_shopping.settings import LiveSettings
from dibs_live_shopping.settling import note_credit
from dibs_live_shopping.telling import tell

PAGE = 200
EVERY_MINUTES = 5
"""How often warnings are looked for: one comes by so much earlier than it is set to, never later."""
_DUE = """
SELECT id FROM live_sessions WHERE workspace_id = $1 AND status IN ('active', 'paused')
    AND expires_at <= clock_timestamp() ORDER BY expires_at LIMIT $2
"""
# Whoever has it locked touches it, and sees by themselves that its time is over.
_MINE = """
SELECT id FROM live_sessions WHERE workspace_id = $1 AND id = $2 AND status IN ('active', 'paused')
FOR NO KEY UPDATE SKIP LOCKED
"""
_WARN = """
SELECT id FROM live_sessions WHERE workspace_id = $1 AND status IN ('active', 'paused') AND warned_at IS NULL
    AND expires_at > clock_timestamp() AND expires_at <= clock_timestamp() + $2 * interval '1 minute'
    AND timeout_minutes > $2
ORDER BY expires_at LIMIT $3
"""


async def expire_due(context: JobContext, payload: Mapping[str, Any]) -> None:
    """Expire sessions past their time, each in a transaction of its own."""
    while rows := await context.data.fetch(_DUE, PAGE):
        done = [row["id"] for row in rows if await _expire(context, row["id"])]
        if len(rows) < PAGE or not done:
            return


async def _expire(context: JobContext, session_id: UUID) -> bool:
    async with context.transaction() as transaction:
        if not await transaction.data.fetch(_MINE, session_id):
            return False
        return await expire(transaction, session_id) is not None


async def warn_due(context: JobContext, payload: Mapping[str, Any]) -> None:
    """Tell both sides, once, that a session expires soon."""
    settings = context.settings if isinstance(context.settings, LiveSettings) else LiveSettings()
    if not settings.warn_minutes:
        return
    for row in await context.data.fetch(_WARN, settings.warn_minutes + EVERY_MINUTES, PAGE):
        await _warn(context, row["id"])


async def _warn(context: JobContext, session_id: UUID) -> None:
    async with context.transaction() as transaction:
        if not await transaction.data.fetch(_MINE, session_id):
            return
        cart = await take(transaction, session_id)
        if cart.session.warned_at is not None or cart.session.expires_at is None or cart.session.due(cart.now):
            return
        cart.change(warned_at=cart.now)
        await save(transaction, cart, active=False)
        await note_credit(transaction, cart)
        tell(transaction, cart, "session.warned", "system")


JOBS = (
    Job("live_shopping.expire", expire_due, every="*/15 * * * *"),
    Job("live_shopping.warn", warn_due, every=f"*/{EVERY_MINUTES} * * * *"),
)
