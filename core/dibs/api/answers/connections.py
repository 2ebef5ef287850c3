"""Answers about connections to platforms."""

from __future__ import annotations

from datetime import datetime

import attrs

from dibs.connections import Connection
from dibs.connections.leaving import Disconnected
from dibs.models.platform import LiveStatus

__all__ = ["ConnectionAnswer", "ConnectionList", "Disconnected", "LiveList", "LiveView", "PlatformView"]


@attrs.frozen
class PlatformView:
    """A platform that the workspace has.

    Attributes:
        plugin: the plugin that serves it.
        login: accounts are connected by a dialog of the platform.
        missing_settings: what this server must be told first; nobody can connect before that.
    """

    name: str
    title: str
    plugin: str
    login: bool
    missing_settings: list[str]


@attrs.frozen
class ConnectionList:
    """The connected accounts, those without access last, and the platforms to connect others."""

    connections: list[Connection]
    platforms: list[PlatformView]


@attrs.frozen
class ConnectionAnswer:
    """One connected account."""

    connection: Connection


@attrs.frozen
class LiveView:
    """A broadcast of a connected account."""

    live_id: str
    title: str
    status: LiveStatus
    started_at: datetime | None
    url: str
    viewers: int | None


@attrs.frozen
class LiveList:
    """Broadcasts that run now or are planned; the one that runs first."""

    lives: list[LiveView]
