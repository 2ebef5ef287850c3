"""The overview of one workspace."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

import attrs

from dibs.db import Database
from dibs.overview import sql


@attrs.frozen
class LiveShow:
    """A show that runs or is paused, with its figures of this moment; `minutes` are the claims of each of the last
    thirty minutes."""

    id: UUID
    title: str
    status: str
    practice: bool
    activated_at: datetime
    comments: int
    on_now: str | None
    on_now_number: str | None
    on_now_left: int | None
    units_claimed: int
    units_total: int
    buyers: int
    claims: int
    minutes: tuple[int, ...] = ()


@attrs.frozen
class UpcomingShow:
    """A draft; `scheduled_at` is when it is planned, if it is."""

    id: UUID
    title: str
    practice: bool
    scheduled_at: datetime | None
    created_at: datetime
    items: int


@attrs.frozen
class Waiting:
    """A show with claims that wait for an operator: doubtful ones, and those for a number that no item has."""

    id: UUID
    title: str
    status: str
    review: int
    unmatched: int


@attrs.frozen
class Result:
    """How an ended show went; `revenue` is None where no item has a price."""

    id: UUID
    title: str
    activated_at: datetime | None
    ended_at: datetime
    units_claimed: int
    units_total: int
    revenue: Decimal | None
    buyers: int


@attrs.frozen
class ListedShow:
    """A show as a list has it."""

    id: UUID
    title: str
    status: str
    practice: bool
    created_at: datetime
    scheduled_at: datetime | None
    activated_at: datetime | None
    ended_at: datetime | None
    items: int
    units_claimed: int
    units_total: int

    @property
    def lasted(self) -> timedelta | None:
        """How long it ran, once it has ended."""
        return self.ended_at - self.activated_at if self.ended_at and self.activated_at else None


@attrs.define(eq=False)
class Overview:
    """Queries on one workspace; every method takes the workspace first."""

    db: Database

    async def live(self, workspace_id: UUID) -> Sequence[LiveShow]:
        """The shows that run now, the last started first."""
        shows = [LiveShow(**dict(row)) for row in await self.db.plain_fetch(sql.LIVE, workspace_id)]
        return [attrs.evolve(show, minutes=await self._minutes(workspace_id, show)) for show in shows]

    async def _minutes(self, workspace_id: UUID, show: LiveShow) -> tuple[int, ...]:
        rows = await self.db.plain_fetch(sql.PER_MINUTE, workspace_id, show.id, show.comments)
        return tuple(row["claims"] for row in rows)

    async def upcoming(self, workspace_id: UUID, limit: int = 6) -> Sequence[UpcomingShow]:
        """Drafts: those that are planned in their order, then the newest."""
        return [UpcomingShow(**dict(row)) for row in await self.db.plain_fetch(sql.UPCOMING, workspace_id, limit)]

    async def waiting(self, workspace_id: UUID) -> Sequence[Waiting]:
        """Shows that are live or ended within a week and have claims that wait for an operator."""
        return [Waiting(**dict(row)) for row in await self.db.plain_fetch(sql.WAITING, workspace_id)]

    async def results(self, workspace_id: UUID, limit: int = 8) -> Sequence[Result]:
        """The last shows that ended, practice left out, the earliest first."""
        return [Result(**dict(row)) for row in await self.db.plain_fetch(sql.RESULTS, workspace_id, limit)]

    async def open_invitations(self, workspace_id: UUID) -> int:
        """How many invitations nobody has taken up yet."""
        return int((await self.db.plain_fetch(sql.OPEN_INVITATIONS, workspace_id))[0]["open"])

    async def shows(
        self,
        workspace_id: UUID,
        statuses: Sequence[str],
        *,
        words: str = "",
        after: UUID | None = None,
        limit: int = 30,
    ) -> Sequence[ListedShow]:
        """Shows in these states, the newest first; `words` stand in the title, `after` is the last one seen."""
        escaped = words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        rows = await self.db.plain_fetch(sql.SHOWS, workspace_id, list(statuses), escaped, after, limit)
        return [ListedShow(**dict(row)) for row in rows]

    async def has_shows(self, workspace_id: UUID) -> bool:
        """Whether there is any show at all."""
        return bool((await self.db.plain_fetch(sql.ANY_SHOW, workspace_id))[0]["found"])
