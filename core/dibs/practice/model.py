"""What a practice run is, seen from outside."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

import attrs

PER_MINUTE: Final = 40
MAX_PER_MINUTE: Final = 600
MINUTES: Final = 5
MAX_MINUTES: Final = 120


@attrs.frozen
class PracticeState:
    """The practice run of a show.

    Attributes:
        practice: whether this is a practice show; others have no simulated audience.
        running: the audience comments now.
        comments_per_minute, started_at, ends_at: of the last run; null if there was none. `ends_at` is when it ends,
            or ended, by itself.
        stopped_at: when it ended; null while it runs, and if its process died.
        comments: how many comments the audience has written in that run.
    """

    practice: bool
    running: bool
    comments_per_minute: int | None = None
    started_at: datetime | None = None
    ends_at: datetime | None = None
    stopped_at: datetime | None = None
    comments: int = 0


@attrs.frozen
class Run:
    """A run that this process has begun."""

    workspace_id: UUID
    show_id: UUID
    run_id: UUID
    per_minute: int
    minutes: int
