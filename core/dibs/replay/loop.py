"""Running a replay as a command: event loop, signals, quiet logs."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import attrs

from dibs.logs import configure_logs
from dibs.server import run_loop, stop_on_signals
from dibs.settings import Settings, load_settings

INTERRUPTED = 130
T = TypeVar("T")


def command_settings(**given: Any) -> Settings:
    """Settings for a command at a terminal: only warnings are logged unless the log level was asked for."""
    settings = load_settings(**given)
    if settings.log_level == "info" and "DIBS_LOG_LEVEL" not in os.environ:
        settings = attrs.evolve(settings, log_level="warning")
        configure_logs(settings)
        for name in ("dibs.lane", "asyncpg.pool"):  # a database that is away is told in words
            logging.getLogger(name).setLevel(logging.CRITICAL)
    else:
        configure_logs(settings)
    return settings


def run_until_stopped(main: Callable[[asyncio.Event], Awaitable[T]]) -> T:
    """Run `main`, which ends by itself or soon after the event (Ctrl-C, SIGTERM) is set."""
    answers: list[T] = []

    async def whole() -> None:
        answers.append(await main(stop_on_signals()))

    run_loop(whole())
    return answers[0]
