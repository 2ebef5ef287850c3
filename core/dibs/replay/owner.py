"""Waiting for whoever had the show before: a killed process holds it until its lease runs out."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import UUID

from dibs.clock import monotonic
from dibs.lane.lease import LEASE_SECONDS

if TYPE_CHECKING:
    from dibs.runtime import Runtime

_LEASE = """
SELECT owner, fence, expires_at FROM show_leases
WHERE workspace_id = $1 AND show_id = $2 AND expires_at > clock_timestamp() AND owner <> $3
"""
_MAIL = "SELECT count(*) FROM inbox WHERE workspace_id = $1 AND show_id = $2"
_LOOK_SECONDS = 0.05
_MAIL_SECONDS = 15.0


async def owned_by_another(runtime: Runtime, workspace_id: UUID, show_id: UUID, say: Callable[[str], None]) -> bool:
    """Whether another process owns the show and lives; returns as soon as that is known.

    What an earlier process has left in the show's inbox is taken in first, as it came before.
    """
    owned = await _outlived(runtime, workspace_id, show_id, say)
    deadline = monotonic() + _MAIL_SECONDS
    while True:
        rows = await runtime.db.hot_fetch(_MAIL, workspace_id, show_id)
        if rows[0][0] == 0 or monotonic() > deadline:
            return owned
        await asyncio.sleep(_LOOK_SECONDS)


async def _outlived(runtime: Runtime, workspace_id: UUID, show_id: UUID, say: Callable[[str], None]) -> bool:
    """A lease that is renewed has an owner who lives; one that is not is waited out."""
    began, first, told = monotonic(), None, False
    while monotonic() - began < LEASE_SECONDS + 1:
        rows = await runtime.db.hot_fetch(_LEASE, workspace_id, show_id, runtime.lanes.owner)
        if not rows:
            return False
        state = (rows[0]["owner"], rows[0]["fence"], rows[0]["expires_at"])
        first = first or state
        if state != first:
            return True
        if not told and monotonic() - began > 1:
            say("Waiting for the previous owner of this show to give way…")
            told = True
        await asyncio.sleep(_LOOK_SECONDS)
    return True
