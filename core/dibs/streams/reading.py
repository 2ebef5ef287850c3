"""Reading one broadcast until something else is to be done."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime
from typing import TYPE_CHECKING

import attrs

from dibs.clock import monotonic, utc_now
from dibs.errors import InvalidInputError, InvariantError, NotFoundError
from dibs.models.platform import Account, Platform, RefusedError, SourceBatch, StreamToRead, TryAgainError
from dibs.streams.calls import crashed
from dibs.streams.parts import Parts
from dibs.streams.source import Source
from dibs.streams.standing import Standing, Writer
from dibs.streams.taking import take, to_read

if TYPE_CHECKING:
    from dibs.streams.model import StreamRow


_UNUSABLE = (AttributeError, TypeError, ValueError)


class LookAgain(Exception):  # noqa: N818 - no error
    """What is to be read has changed."""


@attrs.define(eq=False)
class Reading:
    """One run through an adapter's iterator.

    Attributes:
        row: what is read, as it was when this began; `seen` gives it as it stands now.
        finishing: whether what follows the end of the show is still awaited.
        worked: called for each batch that was written.
    """

    parts: Parts
    writer: Writer
    row: StreamRow
    platform: Platform
    account: Account
    seen: Callable[[], StreamRow]
    finishing: Callable[[StreamRow], Awaitable[bool]]
    worked: Callable[[], None]
    _began: float = attrs.field(factory=monotonic, init=False)
    _heard: float | None = attrs.field(default=None, init=False)
    _quiet_since: datetime | None = attrs.field(default=None, init=False)

    async def run(self) -> None:
        """Read on and on.

        Raises:
            LookAgain: the broadcast ended, or something else is to be read, or in another way.
            TryAgainError, RefusedError: the source can't go on.
            StaleReaderError, UnavailableError: what it brought could not be written.
        """
        info = self.parts.plugins.plugins[self.parts.platforms.plugin_of(self.platform.name)].info
        source = Source(self._open(to_read(self.row, self.account, info)))
        try:
            while True:
                await self._step(source)
                await self._look_around()
        finally:
            await source.close()

    def _open(self, stream: StreamToRead) -> AsyncIterator[SourceBatch]:
        try:
            return self.platform.comments(stream)
        except (TryAgainError, RefusedError):
            raise
        except Exception as error:
            raise crashed(self.platform, error) from error

    async def _step(self, source: Source) -> None:
        try:
            batch = await source.within(self.parts.pace.tick)
        except (TryAgainError, RefusedError):
            raise
        except Exception as error:
            raise crashed(self.platform, error) from error
        if isinstance(batch, SourceBatch):
            await self._take(batch)
        elif batch:
            await self._take(SourceBatch(ended=True))
        elif monotonic() - (self._heard or self._began) > self.parts.pace.hang:
            raise TryAgainError(f"{self.platform.title} has brought nothing for a while.", silent=True)

    async def _take(self, batch: SourceBatch) -> None:
        try:
            await take(self.parts.lanes, self.seen(), self.writer.fence, batch)
        except (*_UNUSABLE, InvalidInputError, InvariantError) as error:
            raise crashed(self.platform, error) from error
        self._heard = monotonic()
        self.worked()
        if self.row.connection_id is not None:
            await self.parts.connections.noted_success(self.row.workspace_id, self.row.connection_id)
        if batch.ended:
            await self.writer.stand(self.row, Standing("ended"), looked=True)
            raise LookAgain

    async def _look_around(self) -> None:
        now, row = self.seen(), self.row
        if now.version > row.version or (now.connection_version or 0) > (row.connection_version or 0):
            raise LookAgain
        if not now.wanted and not await self.finishing(now):
            raise LookAgain
        try:
            await self.parts.platforms.of(row.workspace_id, row.platform)
        except NotFoundError:
            raise LookAgain from None
        if self._heard is not None:
            await self.writer.stand(row, Standing("reading", quiet_at=self._quiet_at(now)), looked=True)
            await self.writer.tell_figures(now)

    def _quiet_at(self, now: StreamRow) -> datetime | None:
        """Since when nobody comments though somebody is there; None if that is not so."""
        read_for = monotonic() - self._began
        silent = read_for if now.silent_seconds is None else min(read_for, now.silent_seconds)
        there = now.viewers > 0 if now.viewers is not None else now.comments_seen > 0
        if not there or silent < self.parts.pace.quiet or now.show_status != "active":
            self._quiet_since = None
        else:
            self._quiet_since = self._quiet_since or now.quiet_at or utc_now()
        return self._quiet_since
