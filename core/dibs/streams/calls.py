"""Asking an adapter for something: whatever it does wrong becomes one of the two kinds of failure."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Final, TypeVar

import structlog

from dibs.models.platform import Platform, PlatformError, RefusedError, TryAgainError

T = TypeVar("T")
CALL_SECONDS: Final = 25.0
log = structlog.get_logger("dibs.streams")


class CannotReadError(Exception):
    """Nothing can be read until somebody changes something; `reason` is one of `dibs.streams.words`."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason, self.message = reason, message


async def asked(platform: Platform, call: Awaitable[T], seconds: float = CALL_SECONDS) -> T:
    """What the adapter answers.

    Raises:
        TryAgainError, RefusedError: from the platform; also if the adapter fell over, or took too long.
    """
    try:
        async with asyncio.timeout(seconds):
            return await call
    except (TryAgainError, RefusedError):
        raise
    except TimeoutError as error:
        raise TryAgainError(f"{platform.title} did not answer in time.") from error
    except Exception as error:
        raise crashed(platform, error) from error


def crashed(platform: Platform, error: Exception) -> TryAgainError:
    """An adapter raised what no adapter may raise: named, and worth another attempt."""
    if isinstance(error, PlatformError):
        return TryAgainError(error.message)
    log.error("adapter_failed", platform=platform.name, exc_info=error)
    words = f"The plugin for {platform.title} failed: {type(error).__name__}."
    return TryAgainError(words, crash=True)
