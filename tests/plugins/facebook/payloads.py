"""Payloads in the shapes that were seen."""

from __future__ import annotations

import copy
import hashlib
import hmac
import json
from typing import Any

from dibs.platforms import WebhookRequest

SECRET = "0123456789abcdef0123456789abcdef"
PAGE, VIDEO = "100000000000001", "400000000000001"
FEED: dict[str, Any] = {
    "object": "page",
    "entry": [
        {
            "id": PAGE,
            "time": 1767225907,
            "changes": [
                {
                    "field": "feed",
                    "value": {
                        "item": "comment",
                        "verb": "add",
                        "comment_id": f"{VIDEO}_500000000000004",
                        "post_id": f"{PAGE}_{VIDEO}",
                        "parent_id": f"{PAGE}_{VIDEO}",
                        "created_time": 1767225905,
                        "message": "quero!",
                        "from": {"id": "7000000000000004", "name": "Dani"},
                        "post": {
                            "id": f"{PAGE}_{VIDEO}",
                            "status_type": "added_video",
                            "is_published": True,
                            "updated_time": "2026-01-01T00:05:05+0000",
                            "permalink_url": "https://www.facebook.com/...",
                            "promotion_status": "inactive",
                        },
                    },
                }
            ],
        }
    ],
}
LIVE: dict[str, Any] = {
    "object": "page",
    "entry": [
        {
            "id": PAGE,
            "time": 1767225600,
            "changes": [{"field": "live_videos", "value": {"id": "300000000000001", "status": "live"}}],
        }
    ],
}
COMMENTS: dict[str, Any] = {
    "data": [
        {
            "id": f"{VIDEO}_500000000000002",
            "message": "quero 2 do azul",
            "created_time": "2026-01-01T00:05:09+0000",
            "from": {"id": "7000000000000002", "name": "Bia Souza"},
        },
        {"id": f"{VIDEO}_500000000000001", "message": "boa noite", "created_time": "2026-01-01T00:05:02+0000"},
    ],
    "paging": {
        "cursors": {"before": "WTI5A", "after": "WTI5B"},
        "next": "https://graph.facebook.com/v25.0/300000000000001/comments?access_token=EAAFAKE&after=WTI5B",
    },
}


def feed(**value: Any) -> dict[str, Any]:
    """A delivery about one comment, with other values; None takes one away."""
    made = copy.deepcopy(FEED)
    inside = made["entry"][0]["changes"][0]["value"]
    inside.update(value)
    for name in [name for name, given in value.items() if given is None]:
        del inside[name]
    return made


def request(payload: Any) -> WebhookRequest:
    """A signed delivery."""
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    signature = "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    return WebhookRequest(body, {"x-hub-signature-256": signature})
