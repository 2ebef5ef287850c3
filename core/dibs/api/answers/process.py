"""Answers of the process itself, of its door for comments and of its tickets."""

from __future__ import annotations

from typing import Literal

import attrs

from dibs.api.answers.claims import Claim


@attrs.frozen
class Health:
    """The process runs, or can work."""

    status: Literal["ok"]


@attrs.frozen
class Ticket:
    """Opens one stream.

    Attributes:
        ticket: goes into the address, as `?ticket=`.
        expires_in: seconds until it is worthless.
    """

    ticket: str
    expires_in: int


@attrs.frozen
class Outcome:
    """What became of one comment.

    Attributes:
        comment_no: its number in the show; null if it came before.
        verdict: those of a comment, or `duplicate`: it was handed in before, and counts once.
        reason: why, as a code.
        claims: what it claimed.
    """

    comment_no: int | None
    verdict: Literal["claim", "pass", "review", "ignored", "stored", "quarantined", "duplicate"]
    reason: str | None
    claims: list[Claim]


@attrs.frozen
class HandedIn:
    """What became of the comments, in the order in which they were handed in."""

    comments: list[Outcome]
