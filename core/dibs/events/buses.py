"""The two buses that come with Dibs."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from dibs.errors import FieldFault, SettingsError
from dibs.events.bus import EventBus, OnRing
from dibs.hookspecs import hookimpl

if TYPE_CHECKING:
    from dibs.settings import Settings


class MemoryBus:
    """For one process: there is nobody to ring for.

    It never counts as healthy, so another process on the same database (`dibs replay` beside `dibs serve`)
    is still noticed, by the look into the outbox.
    """

    healthy = False

    async def start(self, on_ring: OnRing) -> None:
        """Nothing to start."""

    def ring(self, workspace_id: UUID, topic: str, seq: int) -> None:
        """Nobody to tell."""

    async def close(self) -> None:
        """Nothing to stop."""


@hookimpl
def event_bus(name: str, settings: Settings) -> EventBus | None:
    """`memory` and `postgres`; `auto` picks one of them."""
    if name == "auto":
        name = "postgres" if settings.workers > 1 else "memory"
    if name == "memory":
        return MemoryBus()
    if name == "postgres":
        from dibs.events.postgres_bus import PostgresBus  # noqa: PLC0415 - only where it is chosen

        if settings.database_url is None:
            fault = FieldFault("bus", "postgres needs the address of the database")
            raise SettingsError("The bus has no database to ring in.", (fault,))
        return PostgresBus(settings.database_url)
    return None
