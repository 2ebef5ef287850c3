"""The JSON shapes of comments, claims and items, as events and the API give them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from dibs.lane.state import ClaimState, ItemState
from dibs.models.comments import IncomingComment

LOW_STOCK = 2


def item_status(total: int, claimed: int) -> str:
    """`sold_out` with nothing left, `low` with at most two left of more, else `open`."""
    left = total - claimed
    if left <= 0:
        return "sold_out"
    return "low" if left <= LOW_STOCK < total else "open"


def item_payload(item: ItemState) -> dict[str, Any]:
    """An item with its counts."""
    return {
        "item_id": item.id,
        "item_number": item.number,
        "variant": item.variant or None,
        "title": item.title,
        "price": None if item.price is None else str(item.price),
        "position": item.position,
        "total_quantity": item.total,
        "claimed_count": item.claimed,
        "waitlist_count": len(item.queue),
        "status": item_status(item.total, item.claimed),
        "version": item.version,
        "batch_id": item.batch_id,
    }


def claim_payload(claim: ClaimState, position: int | None = None) -> dict[str, Any]:
    """A claim; `position` is its waitlist position (1 is next), None if it does not wait."""
    buyer = claim.buyer
    return {
        "claim_id": claim.id,
        "item_id": claim.item.id if claim.item else None,
        "item_number": claim.item_number,
        "variant": claim.variant or None,
        "buyer_id": buyer.id if buyer else None,
        "platform": buyer.platform if buyer else None,
        "platform_user_id": buyer.user_id if buyer else None,
        "handle": buyer.handle if buyer else None,
        "comment_no": claim.comment_no,
        "comment_id": claim.comment_id,
        "decision_no": claim.decision_no,
        "kind": claim.kind,
        "quantity": claim.quantity,
        "status": claim.status,
        "waitlist_position": position,
        "rule": claim.rule,
        "confidence": claim.confidence,
        "reason": claim.reason,
        "posted_at": claim.posted_at,
        "decided_at": claim.decided_at,
    }


def comment_payload(
    comment_no: int,
    comment: IncomingComment,
    buyer_id: Any,
    received_at: datetime,
    verdict: str,
    rule: str | None,
    reason: str | None,
    late: bool,
) -> dict[str, Any]:
    """A comment with what became of it."""
    author = comment.author
    return {
        "comment_no": comment_no,
        "comment_id": comment.comment_id,
        "platform": comment.platform,
        "buyer_id": buyer_id,
        "author": None if author is None else {"id": author.user_id, "name": author.name},
        "text": comment.text,
        "posted_at": comment.posted_at,
        "received_at": received_at,
        "verdict": verdict,
        "rule": rule,
        "reason": reason,
        "late": late,
    }
