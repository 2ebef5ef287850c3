"""Rate limits that all processes share: the generic cell rate algorithm as one guarded statement for each
key."""

from __future__ import annotations

import math

import attrs

from dibs.db import Database
from dibs.errors import RateLimitedError

# `drained_at` is when the key's bucket would be empty again. One statement decides and counts, so two
# attempts at
# the same moment can't both take the last place; a refused attempt changes nothing.
_TAKE = """
INSERT INTO rate_limits AS r (key, drained_at)
VALUES ($1, extract(epoch FROM clock_timestamp())::float8 + $2)
ON CONFLICT (key) DO UPDATE
SET drained_at = greatest(r.drained_at, extract(epoch FROM clock_timestamp())::float8) + $2
WHERE greatest(r.drained_at, extract(epoch FROM clock_timestamp())::float8) + $2
      <= extract(epoch FROM clock_timestamp())::float8 + $3 + 0.000001
RETURNING drained_at
"""
_WAIT = """
SELECT drained_at + $2 - $3 - extract(epoch FROM clock_timestamp())::float8 AS seconds
FROM rate_limits WHERE key = $1
"""
_SWEEP = "DELETE FROM rate_limits WHERE drained_at < extract(epoch FROM clock_timestamp())::float8"


@attrs.frozen
class RateLimits:
    """At most `count` attempts in `seconds` for each key, refilled evenly."""

    db: Database
    count: int
    seconds: float = 60.0

    async def take(self, *keys: str) -> None:
        """Count one attempt under every key.

        Raises:
            RateLimitedError: a key has none left; `retry_after` says in how many whole seconds it has one
                again.
        """
        for key in sorted(keys):
            if not await self.db.hot_fetch(_TAKE, key, self.seconds / self.count, self.seconds):
                wait = await self._wait(key)
                raise RateLimitedError(f"Too many attempts. Try again in {wait} s.", retry_after=wait)

    async def sweep(self) -> None:
        """Forget the keys that nobody used lately."""
        await self.db.hot_fetch(_SWEEP)

    async def _wait(self, key: str) -> int:
        rows = await self.db.hot_fetch(_WAIT, key, self.seconds / self.count, self.seconds)
        return max(1, math.ceil(rows[0]["seconds"])) if rows else 1
