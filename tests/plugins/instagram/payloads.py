"""What Meta sends for a comment on an Instagram broadcast, in every shape that was seen. All ids are made up."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

SECRET = "0123456789abcdef0123456789abcdef"
ACCOUNT, MEDIA, COMMENT, VIEWER = "17841400000000001", "18000000000000001", "17900000000000001", "1780000000000101"
SENT = datetime(2026, 1, 1, tzinfo=UTC)
SECONDS = 1767225600
SIGNATURE = "sha256=ffab68167b292a64c659f480d4a856b25ff8c3b294a21bf7f19a55c61bc9da3f"
# 346 bytes, as they travel: signed like this, with the escapes.
RAW = (
    rb'{"object":"instagram","entry":[{"id":"17841400000000001","time":1767225600,"changes":[{"field":"live_comments",'
    rb'"value":{"from":{"id":"1780000000000101","username":"ana_buys","self_ig_scoped_id":"1780000000000201"},"media":'
    rb'{"id":"18000000000000001","media_product_type":"LIVE"},"id":"17900000000000001","text":"mais 1 caf\u00e9 '
    rb'\ud83d\ude4f"}}]}]}'
)


def value(**more: Any) -> dict[str, Any]:
    """What a change tells; a field set to None is left out."""
    made = {
        "from": {"id": VIEWER, "username": "ana_buys", "self_ig_scoped_id": "1780000000000201"},
        "media": {"id": MEDIA, "media_product_type": "LIVE"},
        "id": COMMENT,
        "text": "sold 12",
    }
    return {name: given for name, given in (made | more).items() if given is not None}


def changes(*values: Any, field: str = "live_comments", **entry: Any) -> dict[str, Any]:
    """The usual shape."""
    listed = [{"field": field, "value": one} for one in values]
    return {"object": "instagram", "entry": [{"id": ACCOUNT, "time": SECONDS, "changes": listed} | entry]}


def direct(one: Any) -> dict[str, Any]:
    """Field and value on the entry itself."""
    entry = {"id": ACCOUNT, "time": SECONDS, "field": "live_comments", "value": one}
    return {"object": "instagram", "entry": [entry]}


def body(payload: Any) -> bytes:
    """As Meta spells it: escapes for all that is not ASCII, and for slashes."""
    return json.dumps(payload, separators=(",", ":")).replace("/", "\\/").encode("ascii")


# Each of these is the same comment.
SAME: dict[str, Any] = {
    "as documented": changes(value()),
    "directly on the entry": direct(value()),
    "in a list": [changes(value())],
    "directly, in a list": [direct(value())],
    "milliseconds": changes(value(), time=SECONDS * 1000),
    "time as text": changes(value(), time=str(SECONDS)),
    "comment_id": changes(value(id=None, comment_id=COMMENT)),
    "both ids": changes(value(comment_id="17900000000000099")),
    "ids as numbers": changes(value(id=int(COMMENT), media={"id": int(MEDIA)}), id=int(ACCOUNT)),
    "no product type": changes(value(media={"id": MEDIA})),
    "an advertisement": changes(value(media={"id": MEDIA, "ad_id": "5", "ad_title": "x", "original_media_id": "6"})),
    "with its own time": changes(value(timestamp="2026-01-01T00:00:00+0000"), time=5),
    "created_time in seconds": changes(value(created_time=SECONDS), time=5),
    "a reply": changes(value(parent_id="17900000000000000")),
    "fields nobody knows": changes(value(mood={"deep": [1]}, live=True), shard=7),
    "twice": changes(value(), value()),
    "beside other fields": {
        "object": "instagram",
        "entry": [*changes(value(), field="comments")["entry"], *changes(value())["entry"], {"id": ACCOUNT}],
    },
    "beside another object": [{"object": "page", "entry": [{"id": "1", "changes": []}]}, changes(value())],
}
# None of these brings a comment, and none of them may hurt.
NOTHING: dict[str, Any] = {
    "without an id": changes(value(id=None)),
    "an empty id": changes(value(id="", comment_id="")),
    "a text that is none": changes(value(text={"a": 1})),
    "another field": changes(value(), field="comments"),
    "names of fields only": {"object": "instagram", "entry": [{"id": ACCOUNT, "changed_fields": ["live_comments"]}]},
    "a Page": {"object": "page", "entry": [{"id": "1", "changes": [{"field": "live_comments", "value": value()}]}]},
    "no entries": {"object": "instagram"},
    "no account": changes(value(), id=None),
    "a text": "live_comments",
    "nothing": None,
}
