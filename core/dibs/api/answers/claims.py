"""Answers about claims and comments."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

import attrs

from dibs.models.allocation import ClaimStatus
from dibs.models.comments import ActKind

Verdict = Literal["claim", "pass", "review", "ignored", "stored", "quarantined"]


@attrs.frozen
class Claim:
    """A claim or a pass. `waitlist_position` is set for those who wait, 1 is next."""

    claim_id: UUID
    item_id: UUID | None
    item_number: str
    variant: str | None
    buyer_id: UUID | None
    platform: str | None
    platform_user_id: str | None
    handle: str | None
    comment_no: int | None
    comment_id: str | None
    decision_no: int
    kind: ActKind
    quantity: int
    status: ClaimStatus
    waitlist_position: int | None
    rule: str
    confidence: float
    reason: str | None
    posted_at: datetime
    decided_at: datetime


@attrs.frozen
class ClaimAnswer:
    """The claim as it is now."""

    claim: Claim


@attrs.frozen
class ClaimsPage:
    """A page of claims; `next` is the cursor of the page after it."""

    claims: list[Claim]
    next: int | None


@attrs.frozen
class Author:
    """Who wrote a comment, as the platform tells it."""

    id: str
    name: str


@attrs.frozen
class Comment:
    """A comment with what became of it. `text` is what counted; the author may have changed it, or it was deleted.

    Attributes:
        settled: what operators made of a comment with the verdict `review`; null while that is open.
    """

    comment_no: int
    comment_id: str | None
    platform: str
    buyer_id: UUID | None
    author: Author | None
    text: str
    posted_at: datetime
    received_at: datetime
    verdict: Verdict
    rule: str | None
    reason: str | None
    late: bool
    edited_text: str | None
    removed_at: datetime | None
    settled: Literal["claim", "declined"] | None


@attrs.frozen
class CommentsPage:
    """A page of comments; `next` is the `cursor` of the page after it."""

    comments: list[Comment]
    next: int | None


@attrs.frozen
class Why:
    """How a claim was decided: what was left and who waited at that moment, and who came before."""

    claim: Claim
    comment: Comment | None
    rule: str
    confidence: float
    reason: str | None
    left_before: int | None
    waiting_before: int | None
    order: str
    before: list[Claim]
