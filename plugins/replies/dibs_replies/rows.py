"""Messages with everything that their texts and their sending need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from dibs import WorkspaceData
from dibs_replies.settings import RepliesSettings
from dibs_replies.texts import text_for

# Left behind: put off for longer than any job is, and all the times that its account gave out are past.
STUCK = """(m.state = 'waiting' AND m.connection_id IS NOT NULL AND m.changed_at < now() - interval '10 minutes'
    AND NOT EXISTS (
        SELECT 1 FROM replies_pace p WHERE p.workspace_id = m.workspace_id AND p.connection_id = m.connection_id
            AND p.way = m.way AND greatest(p.next_at, p.blocked_until) > now() - interval '1 minute'
    ))"""
FULL = f"""
SELECT m.*, {STUCK} AS stuck, c.comment_id, c.author_id, c.live_id, c.posted_at, c.removed_at,
    coalesce(nullif(b.handle, ''), c.author_name) AS name,
    l.item_number, l.variant, i.title, i.price,
    w.name AS shop, w.settings ->> 'language' AS language, w.settings ->> 'currency' AS currency,
    EXISTS (
        SELECT 1 FROM streams t WHERE t.workspace_id = m.workspace_id AND t.show_id = m.show_id
            AND t.platform = m.platform AND t.connection_id = m.connection_id AND t.status = 'ended'
            AND (c.live_id IN ('', t.live_id) OR c.live_id = ANY (t.alternate_ids))
    ) AS live_over
FROM replies_messages m
JOIN comments c ON c.workspace_id = m.workspace_id AND c.show_id = m.show_id AND c.comment_no = m.comment_no
JOIN claims l ON l.workspace_id = m.workspace_id AND l.id = m.claim_id
JOIN workspaces w ON w.id = m.workspace_id
LEFT JOIN buyers b ON b.workspace_id = m.workspace_id AND b.id = m.buyer_id
LEFT JOIN items i ON i.workspace_id = l.workspace_id AND i.id = l.item_id
WHERE m.workspace_id = $1
"""


def text_of(row: Mapping[str, Any], settings: RepliesSettings) -> str:
    """The text of a message, as it is or would be sent."""
    return text_for(row, settings.texts(row["outcome"]), row["language"] or "en", row["currency"] or "USD")


async def full(data: WorkspaceData, ids: Sequence[UUID]) -> Sequence[Mapping[str, Any]]:
    """These messages, the oldest first."""
    return await data.fetch(f"{FULL} AND m.id = ANY ($2::uuid[]) ORDER BY m.no", list(ids))
