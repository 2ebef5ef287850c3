"""Making good what was let pass while a process still remembered that a show is not followed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from dibs import Job, JobContext
from dibs_live_shopping.show_carts import CATCH_UP, sync_buyer

_BUYERS = """
SELECT coalesce(b.merged_into, b.id) AS buyer_id FROM claims k
JOIN buyers b ON b.workspace_id = k.workspace_id AND b.id = k.buyer_id
WHERE k.workspace_id = $1 AND k.show_id = $2 AND k.status = 'winner' AND k.order_id IS NULL
UNION
SELECT buyer_id FROM live_sessions
WHERE workspace_id = $1 AND show_id = $2 AND status IN ('active', 'paused') AND buyer_id IS NOT NULL
ORDER BY 1
"""


async def catch_up(context: JobContext, payload: Mapping[str, Any]) -> None:
    """Make the cart of each buyer of a show what they have won."""
    show_id = UUID(payload["show_id"])
    for row in await context.data.fetch(_BUYERS, show_id):
        async with context.transaction() as transaction:
            await sync_buyer(transaction, show_id, row["buyer_id"])


JOBS = (Job(CATCH_UP, catch_up),)
