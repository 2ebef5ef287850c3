"""Which of the undecided comments is first."""

from __future__ import annotations

from collections.abc import Sequence

from dibs import UndecidedComment


def decision_order(comments: Sequence[UndecidedComment]) -> Sequence[int]:
    """Positions of `comments` by platform time, then arrival, then comment id."""
    keys = [(comment.posted_at, comment.arrival, comment.comment_id) for comment in comments]
    return sorted(range(len(keys)), key=keys.__getitem__)
