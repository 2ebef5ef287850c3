"""What a customer's open carts come to, for the credit check: one query, summed by the database (rule 32)."""

from __future__ import annotations

from uuid import UUID

from dibs import Exposure, PluginContext

# What was won and is in an order counts there, also while its line has not left the cart yet.
SUMS = """
SELECT coalesce(sum(round(l.price * l.quantity, 2)) FILTER (WHERE l.intent = 'to_purchase'), 0.00) AS to_purchase,
    coalesce(sum(round(l.price * l.quantity, 2)) FILTER (WHERE l.intent = 'interested'), 0.00) AS interested,
    coalesce(sum(round(l.price * l.quantity, 2)) FILTER (WHERE l.intent = 'sample_request'), 0.00) AS samples
FROM live_sessions s
JOIN live_lines l ON l.workspace_id = s.workspace_id AND l.session_id = s.id
WHERE s.workspace_id = $1 AND s.customer_id = $2 AND s.status IN ('active', 'paused')
    AND (s.expires_at IS NULL OR s.expires_at > now())
    AND NOT EXISTS (
        SELECT 1 FROM claims k
        WHERE k.workspace_id = l.workspace_id AND k.id = l.claim_id AND k.order_id IS NOT NULL
    )
"""


async def exposure_of(context: PluginContext, customer_id: UUID) -> Exposure:
    """The sums; 0 without open carts."""
    row = (await context.data.fetch(SUMS, customer_id))[0]
    return Exposure(row["to_purchase"], row["interested"], row["samples"])
