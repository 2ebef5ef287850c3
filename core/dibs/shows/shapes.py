"""Rows as the API gives them: the same shapes as in events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from dibs.lane.payloads import item_status

Row = Mapping[str, Any]


def show_shape(row: Row) -> dict[str, Any]:
    """A show with its own rules."""
    kept = ("title", "status", "created_at", "activated_at", "ended_at", "scheduled_at", "practice")
    rules = row["rules"]
    return {
        "id": str(row["id"]),
        **{name: row[name] for name in kept},
        "practice_until": row["practice_until"],
        "version": row["version"],
        "rules": orjson.loads(rules) if isinstance(rules, str) else rules,
        "pinned_item_id": _text(row["pinned_item_id"]),
    }


def item_shape(row: Row) -> dict[str, Any]:
    """An item with its counts."""
    kept = ("item_number", "title", "position", "total_quantity", "claimed_count", "waitlist_count", "version")
    return {
        "item_id": str(row["id"]),
        **{name: row[name] for name in kept},
        "variant": row["variant"] or None,
        "price": _text(row["price"]),
        "batch_id": _text(row["batch_id"]),
        "status": item_status(row["total_quantity"], row["claimed_count"]),
    }


def claim_shape(row: Row) -> dict[str, Any]:
    """A claim with its buyer and, if it waits, its position."""
    kept = (
        "item_number",
        "platform",
        "platform_user_id",
        "handle",
        "comment_no",
        "comment_id",
        "decision_no",
        "kind",
        "quantity",
        "status",
        "waitlist_position",
        "rule",
        "confidence",
        "reason",
        "posted_at",
        "decided_at",
    )
    return {
        "claim_id": str(row["id"]),
        "item_id": _text(row["item_id"]),
        "variant": row["variant"] or None,
        "buyer_id": _text(row["buyer_id"]),
        **{name: row[name] for name in kept},
    }


def comment_shape(row: Row) -> dict[str, Any]:
    """A comment with what became of it."""
    kept = ("comment_no", "comment_id", "platform", "text", "posted_at", "received_at", "verdict", "rule", "reason")
    known = row["author_id"] is not None
    return {
        **{name: row[name] for name in kept},
        "late": row["late"],
        "edited_text": row["edited_text"],
        "removed_at": row["removed_at"],
        "settled": row["settled"],
        "buyer_id": _text(row["buyer_id"]),
        "author": {"id": row["author_id"], "name": row["author_name"]} if known else None,
    }


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
