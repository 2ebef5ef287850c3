"""What is done in the background for connections, once an hour; rows say whose turn it is, so it may run anywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from dibs.connections.service import Connections
    from dibs.jobs.registry import Registry

EVERY_HOUR: Final = "7 * * * *"


async def look_after(connections: Connections) -> int:
    """Check what is due, forget dialogs that are over; how many connections were checked."""
    await connections.consents.sweep()
    return await connections.checks.check_due()


def schedule_checks(registry: Registry, connections: Connections) -> None:
    """Have the connections looked after by whichever process runs the schedules."""

    async def turn() -> None:
        await look_after(connections)

    registry.schedule("connections.look_after", EVERY_HOUR, turn)
