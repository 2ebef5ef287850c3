"""The reader of one stream: waits for its broadcast, reads it, and says how that goes."""

from __future__ import annotations

import asyncio
import random
from typing import Final
from uuid import UUID

import attrs
import structlog

from dibs.clock import monotonic
from dibs.db import LOST
from dibs.errors import ConflictError, NotFoundError, StaleReaderError, UnavailableError
from dibs.models.platform import Account, Live, Platform, PlatformError, RefusedError, TryAgainError
from dibs.streams.calls import CannotReadError, asked
from dibs.streams.choosing import take_live
from dibs.streams.discovery import find_live
from dibs.streams.model import StreamRow
from dibs.streams.parts import Parts
from dibs.streams.reading import LookAgain, Reading
from dibs.streams.standing import Standing, Writer
from dibs.streams.telling import read_stream
from dibs.streams.trouble import reason_of, wait_seconds
from dibs.streams.words import PASSING

log = structlog.get_logger("dibs.streams")
_LOOK_SECONDS: Final = 5.0
_SHORT: Final = 5.0
"""A wait of so many seconds, once, is nothing that anybody has to know of."""


@attrs.define(eq=False)
class Reader:
    """Reads one stream under a lease. `run` returns when there is nothing more to read, or the lease is gone.

    Whoever holds readers hands each what the tables say of its stream, every second, through `saw`.
    """

    parts: Parts
    workspace_id: UUID
    stream_id: UUID
    fence: int
    seen: StreamRow
    _failures: int = attrs.field(default=0, init=False)
    _writer: Writer = attrs.field(init=False)
    _over_at: float | None = attrs.field(default=None, init=False)
    _news: asyncio.Event = attrs.field(factory=asyncio.Event, init=False)

    def __attrs_post_init__(self) -> None:
        parts = self.parts
        self._writer = Writer(parts.db, parts.hub, self.workspace_id, self.stream_id, self.fence)

    def saw(self, row: StreamRow) -> None:
        """Take in how the stream, its show and its connection stand."""
        self.seen = row
        self._news.set()

    async def run(self) -> None:
        """Read for as long as the show listens."""
        while True:
            try:
                async with self.parts.db.hot_connection() as connection:
                    self.seen = row = await read_stream(connection, self.workspace_id, self.stream_id)
                if not row.wanted and not await self._finishing(row):
                    return
                await self._once(row)
            except LookAgain:
                continue
            except (StaleReaderError, NotFoundError):
                return
            except (UnavailableError, *LOST) as error:
                log.warning("stream_waits", stream_id=str(self.stream_id), problem=str(error)[:200])
                await asyncio.sleep(self.parts.pace.backoff)

    async def _once(self, row: StreamRow) -> None:
        """Go on until something is in the way, and deal with that."""
        account: Account | None = None
        try:
            platform, account = await self._account(row)
            await self._hold(row)
            if not row.live_id:
                await self._wait_for_live(row, platform, account)
            else:
                await self._read(await self._described(row, platform, account), platform, account)
        except TryAgainError as error:
            await self._again_later(row, error, account)
        except RefusedError as error:
            await self._note(row, error, account)
            await self._stopped(row, error.reason, error.message)
        except CannotReadError as error:
            await self._stopped(row, error.reason, error.message)

    async def _account(self, row: StreamRow) -> tuple[Platform, Account]:
        try:
            platform = await self.parts.platforms.of(self.workspace_id, row.platform)
        except NotFoundError:
            raise CannotReadError("plugin_off", "The plugin of this platform is switched off.") from None
        try:
            if row.connection_id is None:
                raise CannotReadError("disconnected", "No account is connected for this stream.")
            return platform, await self.parts.connections.account(self.workspace_id, row.connection_id)
        except NotFoundError:
            raise CannotReadError("disconnected", "The account is not connected any more.") from None
        except RefusedError as error:  # it was noted when it was found
            raise CannotReadError(error.reason, error.message) from error

    async def _hold(self, row: StreamRow) -> None:
        """Wait if the platform has told us to, on the occasion of another stream."""
        if row.connection_id is not None:
            left = self.parts.holds.left(row.platform, row.connection_id)
            if left > 0:
                if left > _SHORT:
                    await self._writer.stand(row, Standing("trouble", "try_again", "The platform asks us to wait."))
                await self._rest(row, left)
                raise LookAgain

    async def _wait_for_live(self, row: StreamRow, platform: Platform, account: Account) -> None:
        if not await find_live(self.parts, self._writer, row, platform, account):
            self._failures = 0
            if row.connection_id is not None:
                await self.parts.connections.noted_success(self.workspace_id, row.connection_id)
            await self._rest(row, self.parts.pace.discover * random.uniform(0.8, 1.2))

    async def _described(self, row: StreamRow, platform: Platform, account: Account) -> StreamRow:
        """The stream with what its platform says of the broadcast, asked once."""
        if row.described:
            return row
        try:
            live = await asked(platform, platform.live(account, row.live_id))
        except RefusedError as error:
            if error.reason != "unsupported":
                raise
            live = Live(row.live_id)
        live = attrs.evolve(live, live_id=row.live_id)
        try:
            fresh = await take_live(self.parts.db, self.parts.hub, row, live, account)
        except ConflictError as error:
            raise CannotReadError("taken", error.message) from error
        if fresh is None:
            raise LookAgain
        self.seen = fresh
        return fresh

    async def _read(self, row: StreamRow, platform: Platform, account: Account) -> None:
        reading = Reading(
            self.parts, self._writer, row, platform, account, lambda: self.seen, self._finishing, self._worked
        )
        await reading.run()

    def _worked(self) -> None:
        self._failures = 0

    # --- what is in the way -----------------------------------------------------------------------------------------

    async def _again_later(self, row: StreamRow, error: TryAgainError, account: Account | None) -> None:
        self._failures += 1
        seconds = wait_seconds(error, self._failures, self.parts.pace)
        if row.connection_id is not None:
            self.parts.holds.put(row.platform, row.connection_id, error.scope, seconds)
        if self._failures > 1 or seconds > _SHORT or reason_of(error) != "try_again":
            await self._note(row, error, account)
            await self._writer.stand(row, Standing("trouble", reason_of(error), error.message))
        await self._rest(row, seconds)

    async def _note(self, row: StreamRow, error: PlatformError, account: Account | None) -> None:
        if row.connection_id is not None and account is not None:
            await self.parts.connections.noted_failure(self.workspace_id, row.connection_id, error, account=account)

    async def _stopped(self, row: StreamRow, reason: str, message: str) -> None:
        """Say why nothing is read, and wait until somebody has changed something, or for a while if that may help."""
        await self._writer.stand(row, Standing("trouble", reason, message))
        if reason in PASSING:
            await self._rest(row, self.parts.pace.anew * random.uniform(0.9, 1.1))
            return
        while not self._may_go_on(row) and not await self._plugin_is_back(reason, row):
            await self._hear(_LOOK_SECONDS)

    def _may_go_on(self, row: StreamRow) -> bool:
        now = self.seen
        again = (now.connection_version or 0) > (row.connection_version or 0) and now.connection_status == "connected"
        return again or now.version > row.version or not now.wanted

    async def _plugin_is_back(self, reason: str, row: StreamRow) -> bool:
        if reason != "plugin_off":
            return False
        try:
            await self.parts.platforms.of(self.workspace_id, row.platform)
        except NotFoundError:
            return False
        return True

    async def _rest(self, row: StreamRow, seconds: float) -> None:
        """Wait, unless somebody changes something. Once the show is over its end is never slept through."""
        if not row.wanted:
            await asyncio.sleep(min(seconds, self.parts.pace.tick))
            return
        until = monotonic() + seconds
        while (left := until - monotonic()) > 0 and not self._may_go_on(row):
            await self._hear(left)

    async def _hear(self, seconds: float) -> None:
        """Wait for news of the tables, for so long at most."""
        self._news.clear()
        try:
            await asyncio.wait_for(self._news.wait(), seconds)
        except TimeoutError:
            return

    async def _finishing(self, row: StreamRow) -> bool:
        """The show is over: True for as long as its last comments may still come. Then the stream is, too."""
        if row.status in ("ended", "idle"):
            return False
        self._over_at = self._over_at or monotonic()
        if row.status == "reading" and monotonic() - self._over_at < self.parts.pace.grace:
            return True
        await self._writer.stand(row, Standing("ended"))
        return False
