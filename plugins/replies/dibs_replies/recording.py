"""Writing down what a buyer is to be told, once, and handing the sending over to a job."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from dibs import CommittedEvent, EventContext
from dibs_replies.outcomes import News, news_in
from dibs_replies.settings import RepliesSettings

SEND = "replies.send"
_SCENE = """
SELECT s.practice, coalesce(r.automatic, true) AS automatic, c.platform, (
    SELECT t.connection_id FROM streams t
    WHERE t.workspace_id = c.workspace_id AND t.show_id = c.show_id AND t.platform = c.platform
        AND t.connection_id IS NOT NULL
        AND (c.live_id IN ('', t.live_id) OR t.live_id = '' OR c.live_id = ANY (t.alternate_ids))
    ORDER BY t.live_id = c.live_id DESC, t.created_at LIMIT 1
) AS connection_id
FROM shows s
JOIN comments c ON c.workspace_id = s.workspace_id AND c.show_id = s.id AND c.comment_no = $3
LEFT JOIN replies_shows r ON r.workspace_id = s.workspace_id AND r.show_id = s.id
WHERE s.workspace_id = $1 AND s.id = $2
"""
_WRITE = """
INSERT INTO replies_messages (workspace_id, show_id, claim_id, outcome, way, buyer_id, comment_no, connection_id,
    platform, quantity, place, state, reason)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
ON CONFLICT ON CONSTRAINT replies_once DO NOTHING RETURNING id
"""
_DROP = """
UPDATE replies_messages SET state = 'skipped', reason = $3, changed_at = now()
WHERE workspace_id = $1 AND claim_id = $2 AND state IN ('waiting', 'held')
"""


async def record(context: EventContext, event: CommittedEvent) -> None:
    """Write down the messages that an event causes; what is out of date and was not sent yet is dropped."""
    news, show_id = news_in(event), event.show_id
    if news is None or show_id is None:
        return
    await context.data.execute(_DROP, UUID(news.claim["claim_id"]), "released" if news.outcome is None else "newer")
    settings = context.settings if isinstance(context.settings, RepliesSettings) else RepliesSettings()
    ways = settings.ways(news.outcome) if news.outcome else ()
    if ways:
        scenes = await context.data.fetch(_SCENE, show_id, news.claim["comment_no"])
        if scenes and not scenes[0]["practice"]:
            for way in ways:
                await _write(context, show_id, news, way, scenes[0])


async def _write(context: EventContext, show_id: UUID, news: News, way: str, scene: Mapping[str, Any]) -> None:
    claim = news.claim
    state, reason = _beginning(scene)
    rows = await context.data.fetch(
        _WRITE,
        show_id,
        UUID(claim["claim_id"]),
        news.outcome,
        way,
        UUID(claim["buyer_id"]),
        claim["comment_no"],
        scene["connection_id"],
        scene["platform"],
        claim["quantity"],
        claim.get("waitlist_position"),
        state,
        reason,
    )
    for row in rows if state == "waiting" else ():
        await context.jobs.enqueue(SEND, {"message_id": str(row["id"])})


def _beginning(scene: Mapping[str, Any]) -> tuple[str, str | None]:
    if scene["connection_id"] is None:
        return "held", "no_connection"
    return ("waiting", None) if scene["automatic"] else ("held", "by_hand")
