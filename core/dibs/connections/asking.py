"""Calls of an adapter, so that only errors of platforms come out of it: whatever else it raises says no secrets."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Final, TypeVar

import aiohttp
import structlog

from dibs.models.platform import Platform, PlatformError, RefusedError, TryAgainError

T = TypeVar("T")
SECONDS: Final = 30.0
log = structlog.get_logger("dibs.connections")


async def ask(platform: Platform, work: Awaitable[T]) -> T:
    """What a call answers.

    Raises:
        TryAgainError: the platform said so, or did not answer.
        RefusedError: the platform said so, or the adapter has a fault.
    """
    try:
        async with asyncio.timeout(SECONDS):
            return await work
    except PlatformError:
        raise
    except (aiohttp.ClientError, OSError) as error:  # TimeoutError is one
        log.warning("platform_unreachable", platform=platform.name, problem=type(error).__name__)
        raise TryAgainError(f"{platform.title} does not answer now.", uncertain=True) from None
    except Exception as error:
        log.error("platform_failed", platform=platform.name, problem=type(error).__name__, where=_where(error))
        raise RefusedError(f"What {platform.title} answered could not be read.", "request") from None


def _where(error: Exception) -> str:
    """The line that raised: the message itself may hold a token."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return "" if trace is None else f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}"
