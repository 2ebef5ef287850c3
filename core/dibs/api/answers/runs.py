"""Answers about long work."""

from __future__ import annotations

from uuid import UUID

import attrs

from dibs.models.runs import RunView


@attrs.frozen
class RunsPage:
    """A page of runs, the newest first.

    Attributes:
        next: the cursor of the next page, null on the last.
        position: where the workspace's stream stood before this was read, for its `?after=`.
    """

    runs: list[RunView]
    next: UUID | None
    position: str
