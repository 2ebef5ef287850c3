"""A simulated platform: for demos, for tests, for trying an adapter without the real one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Protocol


class RunningSimulator(Protocol):
    """A simulator that answers.

    Attributes:
        address: where it answers, such as `http://127.0.0.1:9000`; its first page is for people.
        settings: instance settings by plugin name that point adapters at it.
    """

    address: str
    settings: Mapping[str, Mapping[str, Any]]

    async def go_live(self, public_url: str) -> None:
        """Begin a broadcast on every platform with an audience that comments; webhooks go to `public_url`."""

    async def close(self) -> None:
        """Stop."""


class Simulator:
    """Base of what `simulators` gives: a name for the command line, a title for people."""

    name: ClassVar[str]
    title: ClassVar[str]

    async def start(self, host: str, port: int, public_url: str) -> RunningSimulator:
        """Answer at `host:port` (0 takes any free port); webhooks and redirects belong to `public_url`."""
        raise NotImplementedError
