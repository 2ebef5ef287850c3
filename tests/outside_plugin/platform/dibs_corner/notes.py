"""What Corner calls a note is a comment."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from dibs import Author, IncomingComment


def as_comment(note: Mapping[str, Any]) -> IncomingComment:
    """A note as it is in pages and in webhooks."""
    said_by = note.get("by")
    return IncomingComment(
        platform="corner",
        text=note["text"],
        posted_at=datetime.fromtimestamp(note["at"], UTC),
        comment_id=note["id"],
        author=Author(said_by["id"], said_by["name"]) if said_by else None,
        live_id=note["live"],
    )
