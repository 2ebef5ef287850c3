"""Waiting for a plugin's answer with a time limit."""

from __future__ import annotations

import asyncio
import inspect
from typing import Any

ASYNC_LIMIT = 2.0


async def finish(answer: Any, limit: float) -> Any:
    """`answer` itself, or what it comes to if it has to be awaited.

    Raises:
        TimeoutError: it took longer than `limit` seconds.
        RuntimeError: it cancelled itself. A cancellation of the caller's task passes untouched.
    """
    if not inspect.isawaitable(answer):
        return answer
    try:
        async with asyncio.timeout(limit) as clock:
            return await answer
    except TimeoutError:
        if clock.expired():
            raise TimeoutError(f"no answer within {limit:g} s") from None
        raise
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            raise
        raise RuntimeError("the hook cancelled itself") from None
