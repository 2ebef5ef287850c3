"""An adapter's comments as a reader takes them: one batch at a time, never waiting for longer than it wants to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import attrs

from dibs.models.platform import SourceBatch

_CLOSE_SECONDS = 3.0


@attrs.define(eq=False)
class Source:
    """The iterator of an adapter."""

    batches: AsyncIterator[SourceBatch]
    _next: asyncio.Future[SourceBatch | None] | None = None

    async def within(self, seconds: float) -> SourceBatch | bool:
        """The next batch; False if it did not come in this time; True if no more comes.

        Raises whatever the adapter raises.
        """
        if self._next is None:
            self._next = asyncio.ensure_future(self._take())
        await asyncio.wait({self._next}, timeout=seconds)
        if not self._next.done():
            return False
        batch, self._next = self._next.result(), None
        if batch is None:
            return True
        if not isinstance(batch, SourceBatch):
            raise TypeError(f"comments() gave a {type(batch).__name__} instead of a SourceBatch")
        return batch

    async def close(self) -> None:
        """Stop the adapter. One that does not let itself be stopped is left alone."""
        if self._next is not None and not self._next.done():
            self._next.cancel()
            await asyncio.wait({self._next}, timeout=_CLOSE_SECONDS)
        elif self._next is not None and not self._next.cancelled():
            self._next.exception()  # nobody asks for it any more
        close = getattr(self.batches, "aclose", None)
        if close is not None:
            task = asyncio.ensure_future(_contained(close))
            await asyncio.wait({task}, timeout=_CLOSE_SECONDS)
            task.cancel()

    async def _take(self) -> SourceBatch | None:
        try:
            return await anext(self.batches)
        except StopAsyncIteration:
            return None


async def _contained(close: Any) -> None:
    try:
        await close()
    except Exception:
        return
