"""What waits in a lane's queue, and what comes back to whoever handed it in."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from itertools import count
from typing import Any, TypeAlias

import attrs

from dibs.audit_log import Actor
from dibs.lane.commands import Command, LoadingCommand
from dibs.lane.marks import StreamMark
from dibs.models.comments import IncomingComment


@attrs.frozen
class CommentOutcome:
    """What became of one comment.

    Attributes:
        comment_no: its number in the show; None for a duplicate.
        verdict: `claim`, `pass`, `review`, `ignored`, `stored`, `quarantined`, or `duplicate`.
        claims: the claim rows it made (payloads as in events), if they were asked for.
    """

    comment_no: int | None
    verdict: str
    reason: str | None = None
    claims: Sequence[dict[str, Any]] = ()


@attrs.define(eq=False)
class CommentWork:
    """Comments that one caller handed over, not yet committed.

    `detail` asks for the claims in the outcomes. `attempts` counts writes whose outcome is unknown or that were
    refused; then what is stored is looked up first. `mark` is written along; comments posted before `since` are
    stored and not decided.
    """

    comments: Sequence[IncomingComment]
    received_at: datetime
    done: asyncio.Future[list[CommentOutcome]]
    detail: bool = False
    attempts: int = 0
    mark: StreamMark | None = None
    since: datetime | None = None
    serial: int = attrs.field(factory=count().__next__, init=False)


@attrs.define(eq=False)
class CommandWork:
    """An operator's action that waits for its turn."""

    command: Command | LoadingCommand
    actor: Actor | None
    done: asyncio.Future[Any]


Work: TypeAlias = CommentWork | CommandWork


@attrs.frozen
class IngestResult:
    """The sum of handed-over comments: outcomes in the order of the comments."""

    outcomes: Sequence[CommentOutcome]

    @property
    def counts(self) -> Counter[str]:
        """How many of each verdict, `duplicate` among them."""
        return Counter(outcome.verdict for outcome in self.outcomes)
