"""What a platform tells by itself, put to the shows that it is about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

import asyncpg
import attrs

from dibs.errors import ConflictError
from dibs.lane.marks import StreamMark
from dibs.models.platform import Live, RefusedError, WebhookNews
from dibs.streams import sql
from dibs.streams.choosing import take_live
from dibs.streams.model import RUNNING, StreamRow, stream_of
from dibs.streams.taking import as_received, change

if TYPE_CHECKING:
    from dibs.streams.parts import Parts


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
    """Those of the waiting streams that could be made the broadcast that has begun."""
    taken = []
    for row in streams:
        if row.live_id or not row.wanted or row.connection_id is None:
            continue
        try:
            account = await parts.connections.account(row.workspace_id, row.connection_id)
            fresh = await take_live(parts.db, parts.hub, row, Live(news.live_id), account)
        except (ConflictError, RefusedError, asyncpg.UniqueViolationError):
            continue  # another show hears it; the stream goes on waiting, and its reader says so
        if fresh is not None:
            taken.append(fresh)
    return taken


async def _give(parts: Parts, row: StreamRow, news: WebhookNews) -> None:
    batch = news.batch
    if batch.comments:
        mine = as_received(batch.comments, row.platform)
        mark = StreamMark(row.id, None, viewers=batch.viewers)
        await parts.lanes.ingest(row.workspace_id, row.show_id, mine, mark=mark, since=row.since)
    if batch.edits or batch.removals:
        await change(parts.lanes, row, batch)
