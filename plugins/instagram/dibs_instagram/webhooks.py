"""What Meta sends by itself."""

from __future__ import annotations

from datetime import datetime

from dibs import IncomingComment
from dibs.clock import utc_now
from dibs.meta import parse_json, tells_of_now
from dibs.meta.live_comments import decode
from dibs.platforms import SourceBatch, WebhookContent, WebhookNews, WebhookRequest


def content(request: WebhookRequest) -> WebhookContent:
    """A delivery as news, one for each account and broadcast. Deliveries keep no order: it is put in that of time."""
    now = request.received_at or utc_now()
    decoded = decode(parse_json(request.body), now)
    left_out = list(decoded.left_out)
    groups: dict[tuple[str, str], list[IncomingComment]] = {}
    for one in decoded.heard:
        if not one.account_id:
            left_out.append(f"comment {one.comment.comment_id}: its delivery names no account")
            continue
        groups.setdefault((one.account_id, one.comment.live_id), []).append(one.comment)
    return WebhookContent(tuple(_news(*key, found, now) for key, found in groups.items()), tuple(left_out))


def _news(account_id: str, live_id: str, comments: list[IncomingComment], now: datetime) -> WebhookNews:
    in_order = tuple(sorted(comments, key=lambda comment: comment.posted_at))
    on_air = bool(live_id) and tells_of_now(in_order[-1].posted_at, now)
    batch = SourceBatch(in_order, source="webhook")
    return WebhookNews(account_id, live_id, batch, live_status="live" if on_air else None)
