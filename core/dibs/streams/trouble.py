"""How long to wait after a failure, and what to say meanwhile."""

from __future__ import annotations

import random

from dibs.models.platform import TryAgainError
from dibs.streams.parts import Pace

LONGEST_WAIT = 3600.0


def wait_seconds(error: TryAgainError, failures: int, pace: Pace) -> float:
    """What the platform says, else twice as long after each failure in a row; a little uneven."""
    if error.retry_after is not None:
        return min(max(error.retry_after, pace.tick), LONGEST_WAIT) * random.uniform(1.0, 1.1)
    return float(min(pace.backoff * 2 ** min(failures - 1, 10), pace.longest)) * random.uniform(0.7, 1.0)


def reason_of(error: TryAgainError) -> str:
    """The word for it."""
    return next((word for word in ("crash", "silent") if error.data.get(word)), "try_again")
