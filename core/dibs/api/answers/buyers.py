"""Answers about buyers."""

from __future__ import annotations

from uuid import UUID

import attrs

from dibs.buyers.model import Buyer, Identity, PastClaim, RollupRow, ShowOfBuyer


@attrs.frozen
class BuyersPage:
    """A page of the workspace's buyers; `next` is the cursor of the page after it."""

    buyers: list[Buyer]
    next: UUID | None


@attrs.frozen
class BuyerProfile:
    """A buyer, the identities merged in, what they did in their latest shows, and a page of their claims."""

    buyer: Buyer
    identities: list[Identity]
    shows: list[ShowOfBuyer]
    claims: list[PastClaim]
    next: UUID | None


@attrs.frozen
class RollupPage:
    """A page of the people of a show; `next` is the cursor of the page after it."""

    buyers: list[RollupRow]
    next: UUID | None
