"""One practice run: looks at the show now and then, writes what is due, and ends by itself."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import attrs
import structlog

from dibs.clock import monotonic, utc_now
from dibs.db import LOST
from dibs.demo_data.dice import Dice
from dibs.errors import UnavailableError
from dibs.models.comments import Author, IncomingComment
from dibs.practice import rows
from dibs.practice.audience import Audience, Offer, Said, Scene
from dibs.practice.model import Run

if TYPE_CHECKING:
    from dibs.db import Database
    from dibs.lane.lanes import Lanes

PLATFORM = "practice"
TICK_SECONDS, LOOK_SECONDS = 0.25, 1.0
BURST, BURST_SECONDS = 4.0, 12.0
_MOST_AT_ONCE = 200
log = structlog.get_logger("dibs.practice")

_LOOK = """
SELECT s.status, s.pinned_item_id, i.id, i.item_number, i.variant, i.title,
    i.total_quantity - i.claimed_count AS remaining
FROM shows s LEFT JOIN items i ON i.workspace_id = s.workspace_id AND i.show_id = s.id
WHERE s.workspace_id = $1 AND s.id = $2 ORDER BY i.position, i.id
"""


@attrs.define(eq=False)
class Runner:
    """Drives one audience. `run` returns when the time is over, the show has ended, or somebody stopped it."""

    db: Database
    lanes: Lanes
    about: Run
    audience: Audience
    dice: Dice
    scene: Scene = attrs.field(factory=Scene)
    written: int = 0
    _status: str = "active"
    _pinned_at: float = float("-inf")
    _looked_at: float = float("-inf")
    _due: float = 0.0

    async def run(self) -> None:
        """Comment until there is a reason to stop."""
        began = last = monotonic()
        while monotonic() - began < self.about.minutes * 60:
            now = monotonic()
            try:
                if now - self._looked_at >= LOOK_SECONDS and not await self._look(now):
                    return
                await self._write(now - last)
            except (UnavailableError, *LOST) as error:
                log.warning("practice_waits", show_id=str(self.about.show_id), problem=str(error)[:200])
                await asyncio.sleep(LOOK_SECONDS)
            last = now
            await asyncio.sleep(TICK_SECONDS)

    async def _look(self, now: float) -> bool:
        """See how the show stands, and hold on to the run; False if it is over."""
        self._looked_at = now
        if not await rows.beat(self.db, self.about, self.written):
            return False
        found = await self.db.hot_fetch(_LOOK, self.about.workspace_id, self.about.show_id)
        if not found or found[0]["status"] == "ended":
            return False
        self._status, pinned = found[0]["status"], found[0]["pinned_item_id"]
        if pinned != self.scene.pinned and pinned is not None:
            self._pinned_at = now
        offers = [
            Offer(row["id"], row["item_number"], row["variant"], row["title"], row["remaining"])
            for row in found
            if row["id"] is not None
        ]
        self.scene = Scene(offers, pinned, now - self._pinned_at < BURST_SECONDS)
        return True

    async def _write(self, seconds: float) -> None:
        """Hand in what came due since the last time, a little unevenly, as people write."""
        if self._status != "active":
            return
        pace = self.about.per_minute / 60 * (BURST if self.scene.hot else 1.0)
        self._due += pace * seconds * 2 * self.dice.share()
        count = min(int(self._due), _MOST_AT_ONCE)
        self._due -= count
        said = [self.audience.say(self.scene) for _ in range(count)]
        if said:
            comments = [self._comment(number, one) for number, one in enumerate(said, self.written + 1)]
            await self.lanes.ingest(self.about.workspace_id, self.about.show_id, comments)
            self.written += count

    def _comment(self, number: int, said: Said) -> IncomingComment:
        return IncomingComment(
            platform=PLATFORM,
            text=said.text,
            posted_at=utc_now(),
            comment_id=f"{self.about.run_id}-{number}",
            author=Author(said.viewer.user_id, said.viewer.name),
        )
