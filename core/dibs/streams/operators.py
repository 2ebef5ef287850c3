"""What operators do with the streams of a show: add, choose, try again, remove. Each is in the audit log."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from uuid import UUID

import asyncpg
import attrs

from dibs import audit_log
from dibs.audit_log import Actor
from dibs.errors import ConflictError, DuplicateError, FieldFault, InvalidInputError, NotFoundError
from dibs.ids import uuid7
from dibs.lane.commands import set_status
from dibs.lane.marks import watching
from dibs.models.platform import Account, Live, Platform, RefusedError, TryAgainError
from dibs.streams import sql
from dibs.streams.calls import asked
from dibs.streams.choosing import sellers, write_live
from dibs.streams.model import RUNNING, StreamRow, tidy
from dibs.streams.parts import Parts
from dibs.streams.sharing import check_show, check_unshared, lives_locked
from dibs.streams.telling import Told, read_stream, tell, tell_removed

if TYPE_CHECKING:
    from dibs.db import RawConnection

MOST = 10


@attrs.define(eq=False)
class Operators:
    """Changes to streams, also in the middle of a live show. `wake` makes this process look at once."""

    parts: Parts
    wake: Callable[[], None]
    _activating: asyncio.Lock = attrs.field(factory=asyncio.Lock, init=False)

    async def add(
        self,
        workspace_id: UUID,
        show_id: UUID,
        actor: Actor,
        connection_id: UUID,
        *,
        where: str = "",
        shared: bool = False,
    ) -> StreamRow:
        """Have a show listen to a broadcast of a connected account; without `where`, to the next that starts.

        Args:
            where: the broadcast's id, or an address in which it stands; it is parsed, never fetched.
            shared: another show of the workspace may hear it as well.

        Raises:
            NotFoundError: no such show, connection or platform here.
            InvalidInputError: `where` names no broadcast.
            DuplicateError: the show has this stream already.
            ConflictError: the show is over, or has too many streams; or another running show hears the broadcast.
            TryAgainError, RefusedError: from the platform.
        """
        connection = await self.parts.connections.get(workspace_id, connection_id)
        platform = await self.parts.platforms.of(workspace_id, connection.platform)
        live, own = Live(""), list[str]()
        if where.strip():
            account = await self.parts.connections.account(workspace_id, connection_id)
            live = await self._live(platform, account, where, workspace_id, connection_id)
            own = sellers(live, account)
        row = (
            workspace_id, uuid7(), show_id, platform.name, connection_id, tidy(live.live_id), tidy(live.title),
            tidy(live.url), [tidy(one) for one in live.alternate_ids], own, watching(live.viewers), shared,
        )  # fmt: skip
        try:
            async with lives_locked(self.parts.db, workspace_id) as raw:
                await self._check_add(raw, workspace_id, show_id, platform.name, live, shared)
                await raw.execute(sql.ADD, *row)
                added, told = await self._changed(raw, workspace_id, row[1], actor, "stream.added")
        except asyncpg.UniqueViolationError:
            raise DuplicateError("The show listens to this already.") from None
        return self._publish(added, told)

    async def choose(
        self, workspace_id: UUID, show_id: UUID, stream_id: UUID, actor: Actor, where: str, *, shared: bool = False
    ) -> StreamRow:
        """Say which broadcast a stream is. Raises what `add` raises."""
        row = await self._mine(workspace_id, show_id, stream_id)
        platform = await self.parts.platforms.of(workspace_id, row.platform)
        if row.connection_id is None:
            raise ConflictError("No account is connected for this stream.")
        account = await self.parts.connections.account(workspace_id, row.connection_id)
        live = await self._live(platform, account, where, workspace_id, row.connection_id)
        try:
            async with lives_locked(self.parts.db, workspace_id) as raw:
                await self._check_shared(raw, workspace_id, show_id, platform.name, live, shared or row.shared)
                if await write_live(raw, row, live, account, shared=shared) is None:
                    raise ConflictError("Somebody else has just changed this stream.")
                fresh, told = await self._changed(raw, workspace_id, stream_id, actor, "stream.chosen")
        except asyncpg.UniqueViolationError:
            raise DuplicateError("The show listens to this broadcast already.") from None
        return self._publish(fresh, told)

    async def retry(self, workspace_id: UUID, show_id: UUID, stream_id: UUID, actor: Actor) -> StreamRow:
        """Try again at once, whatever was in the way; also a broadcast that was said to have ended."""
        await self._mine(workspace_id, show_id, stream_id)
        async with self.parts.db.hot_connection() as raw, raw.transaction():
            await raw.fetchrow(sql.SHOW, workspace_id, show_id)  # first, as the lane takes them
            await raw.execute(sql.RETRY, workspace_id, stream_id)
            fresh, told = await self._changed(raw, workspace_id, stream_id, actor, "stream.retried")
        return self._publish(fresh, told)

    async def remove(self, workspace_id: UUID, show_id: UUID, stream_id: UUID, actor: Actor) -> None:
        """Take a stream off its show. What it brought stays; of what it brings no more is written from now on."""
        async with self.parts.db.hot_connection() as raw, raw.transaction():
            await raw.execute(sql.REMOVE_LEASE, workspace_id, stream_id)
            await raw.fetchrow(sql.SHOW, workspace_id, show_id)
            row = await read_stream(raw, workspace_id, stream_id)
            if row.show_id != show_id:
                raise _nothing(stream_id)
            await raw.execute(sql.REMOVE, workspace_id, stream_id)
            await raw.execute(sql.RAISE, workspace_id, show_id)
            await self._note(raw, row, actor, "stream.removed", {"live_id": row.live_id}, None)
            told = await tell_removed(raw, row)
        self._publish(row, told)

    async def set_status(self, workspace_id: UUID, show_id: UUID, status: str, actor: Actor) -> None:
        """Start, pause, resume or end a show. Its streams are read from now on, or not any more.

        Raises:
            ConflictError: the show's status does not lead there, or another running show hears one of its broadcasts.
        """
        if status == "active":
            # One at a time in a process: each keeps a connection, and the lane needs one more.
            async with self._activating, lives_locked(self.parts.db, workspace_id) as raw:
                await check_show(raw, workspace_id, show_id)
                await self.parts.lanes.command(workspace_id, show_id, set_status(status), actor)
        else:
            await self.parts.lanes.command(workspace_id, show_id, set_status(status), actor)
        self.wake()

    async def _live(
        self, platform: Platform, account: Account, where: str, workspace_id: UUID, connection_id: UUID
    ) -> Live:
        live_id = platform.live_id_in(where)
        if not live_id or tidy(live_id) != live_id:
            raise _faulty("is no address or id of a broadcast at this platform")
        try:
            live = await asked(platform, platform.live(account, live_id))
        except TryAgainError:
            live = Live(live_id)  # it is asked again when it is read
        except RefusedError as error:
            if error.reason not in ("unsupported", "gone", "request"):
                await self.parts.connections.noted_failure(workspace_id, connection_id, error, account=account)
                raise
            if error.reason != "unsupported":
                raise _faulty("names no broadcast that this account may read") from None
            live = Live(live_id)
        return live if live.live_id else attrs.evolve(live, live_id=live_id)

    async def _check_add(
        self, raw: RawConnection, workspace_id: UUID, show_id: UUID, platform: str, live: Live, shared: bool
    ) -> None:
        show = await raw.fetchrow(sql.SHOW, workspace_id, show_id)
        if show is None:
            raise NotFoundError("There is no such show.", show_id=str(show_id))
        if show["status"] == "ended":
            raise ConflictError("The show is over.")
        if len(await raw.fetch(sql.STREAMS, workspace_id, show_id)) >= MOST:
            raise ConflictError(f"A show listens to at most {MOST} streams.")
        await self._check_shared(raw, workspace_id, show_id, platform, live, shared)

    async def _check_shared(
        self, raw: RawConnection, workspace_id: UUID, show_id: UUID, platform: str, live: Live, shared: bool
    ) -> None:
        show = await raw.fetchrow(sql.SHOW, workspace_id, show_id)
        if live.live_id and not shared and show is not None and show["status"] in RUNNING:
            await check_unshared(raw, workspace_id, show_id, platform, [live.live_id, *live.alternate_ids])

    async def _changed(
        self, raw: RawConnection, workspace_id: UUID, stream_id: UUID, actor: Actor, action: str
    ) -> tuple[StreamRow, Told]:
        """After a change: the show's board is loaded anew, the log and the topic say so."""
        row = await read_stream(raw, workspace_id, stream_id)
        await raw.execute(sql.RAISE, workspace_id, row.show_id)
        after = {"platform": row.platform, "account": row.connection_name, "live_id": row.live_id, "title": row.title}
        await self._note(raw, row, actor, action, None, {name: value for name, value in after.items() if value})
        return row, await tell(raw, row)

    async def _note(
        self, raw: RawConnection, row: StreamRow, actor: Actor, action: str, before: Any, after: Any
    ) -> None:
        await audit_log.record(
            raw, row.workspace_id, actor, action, entity="stream", entity_id=row.id, show_id=row.show_id, before=before,
            after=after,
        )  # fmt: skip

    def _publish(self, row: StreamRow, told: Told) -> StreamRow:
        told.publish(self.parts.hub)
        self.wake()
        return row

    async def _mine(self, workspace_id: UUID, show_id: UUID, stream_id: UUID) -> StreamRow:
        async with self.parts.db.hot_connection() as raw:
            row = await read_stream(raw, workspace_id, stream_id)
        if row.show_id != show_id:
            raise _nothing(stream_id)
        return row


def _faulty(problem: str) -> InvalidInputError:
    return InvalidInputError("The body has 1 faulty field(s).", [FieldFault("where", problem)])


def _nothing(stream_id: UUID) -> NotFoundError:
    return NotFoundError("There is no such stream.", stream_id=str(stream_id))
