"""Sitting out what passes soon."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import attrs

from dibs.meta import backoff
from dibs.platforms import TryAgainError

T = TypeVar("T")
TRIES, LONGEST_WAIT = 4, 10.0


@attrs.define(eq=False)
class Patience:
    """Repeats a call that may be repeated, a few times. What takes longer is for the core, which tells the operator.

    Attributes:
        sleep: waits some seconds.
        less: called when the answer would have been too large.
    """

    sleep: Callable[[float], Awaitable[Any]]
    less: Callable[[], None] = lambda: None

    async def __call__(self, call: Callable[[], Awaitable[T]]) -> T:
        """The answer of the call. Raises `RefusedError` at once, `TryAgainError` when patience is at its end."""
        tries = 0
        while True:
            try:
                return await call()
            except TryAgainError as error:
                wait = backoff(tries) if error.retry_after is None else error.retry_after
                tries += 1
                if tries >= TRIES or wait > LONGEST_WAIT:
                    raise
                if error.data.get("wants_less"):
                    self.less()
            await self.sleep(wait)
