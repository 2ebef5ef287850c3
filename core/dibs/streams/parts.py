"""What the readers of a process share."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

import attrs

from dibs.clock import monotonic
from dibs.models.platform import Scope

if TYPE_CHECKING:
    from dibs.connections import Connections
    from dibs.db import Database
    from dibs.events.hub import Hub
    from dibs.lane.lanes import Lanes
    from dibs.platforms.registry import Platforms
    from dibs.plugins import PluginManager


@attrs.frozen
class Pace:
    """Seconds. Tests take smaller ones.

    Attributes:
        hang: so long a source may bring nothing at all, not even an empty batch, before it is started anew.
        quiet: so long without a comment, with somebody there, makes an alarm.
        grace: so long is read on after the end of a show.
        discover: between two looks for a broadcast.
        backoff, longest: the first wait after a failure, and the longest.
        anew: between two tries of what a platform refused without a reason that somebody could mend.
        tick: between two looks at what has changed.
    """

    hang: float = 60.0
    quiet: float = 60.0
    grace: float = 8.0
    discover: float = 6.0
    backoff: float = 1.0
    longest: float = 60.0
    anew: float = 60.0
    tick: float = 0.5


@attrs.define(eq=False)
class Holds:
    """Until when nothing may be asked on behalf of an account, or of the whole app at a platform."""

    _until: dict[tuple[str, UUID | None], float] = attrs.field(factory=dict)

    def put(self, platform: str, connection_id: UUID, scope: Scope, seconds: float) -> None:
        """Hold everything that `scope` says back for so long."""
        if scope != "call":
            key = (platform, None if scope == "app" else connection_id)
            self._until[key] = max(self._until.get(key, 0.0), monotonic() + seconds)

    def left(self, platform: str, connection_id: UUID) -> float:
        """Seconds until this account may be asked again; 0 or less if it may."""
        keys = ((platform, None), (platform, connection_id))
        return max(self._until.get(key, 0.0) for key in keys) - monotonic()


@attrs.frozen(eq=False)
class Parts:
    """Everything that a reader uses."""

    db: Database
    hub: Hub
    lanes: Lanes
    platforms: Platforms
    connections: Connections
    plugins: PluginManager
    pace: Pace = attrs.field(factory=Pace)
    holds: Holds = attrs.field(factory=Holds)
