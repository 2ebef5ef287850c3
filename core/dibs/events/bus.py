"""The doorbell between processes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeAlias
from uuid import UUID

OnRing: TypeAlias = Callable[[UUID, str, int], None]
"""Called with workspace, topic and the newest sequence number that another process announced."""


class EventBus(Protocol):
    """Tells other processes that a topic has grown.

    A bus carries no events. What it loses, doubles or reorders does no harm: whoever hears a ring reads the
    outbox from where it stands, and whoever hears nothing for a while looks there by itself.
    """

    @property
    def healthy(self) -> bool:
        """True while rings of other processes arrive. While it is False the hub looks into the outbox four
        times a second, for the topics that somebody listens to."""

    async def start(self, on_ring: OnRing) -> None:
        """Begin to listen. Returns at once also when the other side does not answer yet; the bus keeps
        trying."""

    def ring(self, workspace_id: UUID, topic: str, seq: int) -> None:
        """Announce that the topic has grown up to `seq`. Never waits and never raises; rings may be
        coalesced."""

    async def close(self) -> None:
        """Send what is still to be announced, then stop."""
