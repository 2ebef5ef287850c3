"""What a platform tells by itself, put to the shows that it is about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final
from uuid import UUID

import asyncpg
import attrs

from dibs.errors import ConflictError, NotFoundError
from dibs.lane.marks import StreamMark
from dibs.models.platform import Account, Live, RefusedError, TryAgainError, WebhookNews
from dibs.streams import sql
from dibs.streams.calls import asked
from dibs.streams.choosing import take_live
from dibs.streams.model import RUNNING, StreamRow, stream_of
from dibs.streams.taking import as_received, change

if TYPE_CHECKING:
    from dibs.streams.parts import Parts

ASK_SECONDS: Final = 5.0
"""So long a delivery waits to hear of a broadcast; after that it is left to those who look for it."""


@attrs.frozen
class Delivered:
    """What became of news.

    Attributes:
        taken: comments, edits and removals that a show took; also those that it knew already.
        ignored: those that concern no show here.
        woken: a stream was given its broadcast, or its reader should look now.
    """

    taken: int = 0
    ignored: int = 0
    woken: bool = False


async def deliver(parts: Parts, workspace_id: UUID, connection_id: UUID, news: WebhookNews) -> Delivered:
    """Give news to the streams of a connection that hear the broadcast; returns when all of it is committed.

    A stream that waits takes a broadcast of which the platform says that it has begun. The running shows come first;
    if none hears the broadcast, those do that ended within a day: what comes late is stored, and flagged late.
    What concerns no show is counted on the connection.

    Raises:
        UnavailableError: the database, or the owner of a show, does not answer; deliver it again.
    """
    rows = await parts.db.hot_fetch(sql.STREAMS_FOR_NEWS, workspace_id, connection_id)
    streams = [stream_of(row) for row in rows]
    heard, begun = _hearing(streams, news), False
    if not heard and news.live_id and news.live_status == "live":
        heard = await _begun(parts, streams, news)
        begun = bool(heard)
    batch = news.batch
    parcel = len(batch.comments) + len(batch.edits) + len(batch.removals)
    if not heard:
        if parcel:
            await parts.db.hot_fetch(sql.IGNORED, workspace_id, connection_id, parcel)
        return Delivered(ignored=parcel)
    for row in heard:
        await _give(parts, row, news)
    over = batch.ended or news.live_status == "ended"
    return Delivered(taken=parcel, woken=begun or over)


def _hearing(streams: Sequence[StreamRow], news: WebhookNews) -> list[StreamRow]:
    """The streams of this broadcast. News that names none is for the only one that there is."""
    if news.live_id:
        found = [row for row in streams if news.live_id == row.live_id or news.live_id in row.alternate_ids]
    else:
        known = [row for row in streams if row.live_id and row.show_status in RUNNING and row.status != "ended"]
        found = known if len({row.live_id for row in known}) == 1 else []
    running = [row for row in found if row.show_status in RUNNING]
    return running or found[:1]


async def _begun(parts: Parts, streams: Sequence[StreamRow], news: WebhookNews) -> list[StreamRow]:
    """Those of the waiting streams that could be made the broadcast that has begun, if the account has it."""
    waiting = [row for row in streams if not row.live_id and row.wanted and row.connection_id is not None]
    found = await _described(parts, waiting[0], news.live_id) if waiting else None
    if found is None:
        return []  # the streams go on waiting, and look for it themselves
    live, account = found
    taken = []
    for row in waiting:
        try:
            fresh = await take_live(parts.db, parts.hub, row, live, account)
        except (ConflictError, asyncpg.UniqueViolationError):
            continue  # another show hears it; the stream goes on waiting, and its reader says so
        if fresh is not None:
            taken.append(fresh)
    return taken


async def _described(parts: Parts, row: StreamRow, live_id: str) -> tuple[Live, Account] | None:
    """The broadcast as the platform knows it for this account; None if it does not say that there is one that runs.

    A platform that can't be asked for one broadcast has signed the news: that has to do.
    """
    assert row.connection_id is not None
    try:
        platform = await parts.platforms.of(row.workspace_id, row.platform)
        account = await parts.connections.account(row.workspace_id, row.connection_id)
        live = await asked(platform, platform.live(account, live_id), ASK_SECONDS)
    except RefusedError as error:
        return (Live(live_id), account) if error.reason == "unsupported" else None
    except (NotFoundError, TryAgainError):
        return None
    known = live.live_id and live.status != "ended" and live_id in (live.live_id, *live.alternate_ids)
    return (live, account) if known else None


async def _give(parts: Parts, row: StreamRow, news: WebhookNews) -> None:
    batch = news.batch
    if batch.comments:
        mine = as_received(batch.comments, row.platform)
        mark = StreamMark(row.id, None, viewers=batch.viewers)
        await parts.lanes.ingest(row.workspace_id, row.show_id, mine, mark=mark, since=row.since)
    if batch.edits or batch.removals:
        await change(parts.lanes, row, batch)
