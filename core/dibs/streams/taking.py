"""Handing what a source brought to the claim lane."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import attrs

from dibs.codec import structure
from dibs.errors import InvalidInputError
from dibs.lane import commands
from dibs.lane.keys import clean
from dibs.lane.marks import StreamMark
from dibs.lane.work import IngestResult
from dibs.models.comments import IncomingComment
from dibs.models.platform import Account, SourceBatch, StreamToRead
from dibs.models.plugin import PluginInfo
from dibs.models.rules import merge_rules
from dibs.streams.model import StreamRow
from dibs.workspace_settings.model import POLLING, WorkspaceSettings

if TYPE_CHECKING:
    from dibs.lane.lanes import Lanes


async def take(lanes: Lanes, row: StreamRow, fence: int, batch: SourceBatch) -> IngestResult:
    """Write a batch of the stream's reader. The position moves when all of it is written.

    Raises:
        StaleReaderError: another process reads the stream.
        UnavailableError: not all of it was written; read again from the stored position.
    """
    more = bool(batch.edits or batch.removals)
    mark = StreamMark(row.id, fence, None if more else batch.position, batch.viewers)
    result = await _ingest(lanes, row, batch.comments, mark)
    if more:
        await change(lanes, row, batch)
        await _ingest(lanes, row, (), attrs.evolve(mark, position=batch.position))
    return result


async def change(lanes: Lanes, row: StreamRow, batch: SourceBatch) -> int:
    """Carry out what a batch says of earlier comments; of how many of them that was news."""
    changed = commands.change_comments(row.platform, batch.edits, batch.removals)
    return int(await lanes.command(row.workspace_id, row.show_id, changed))


async def _ingest(lanes: Lanes, row: StreamRow, comments: Sequence[IncomingComment], mark: StreamMark) -> IngestResult:
    mine = as_received(comments, row.platform)
    return await lanes.ingest(row.workspace_id, row.show_id, mine, mark=mark, since=row.since)


def as_received(comments: Sequence[IncomingComment], platform: str) -> list[IncomingComment]:
    """Comments as the lane gets them: under the platform of their stream, on which their identity hangs.

    Raises `TypeError` or `ValueError` for one that is broken: here, and not among those of others.
    """
    return [_whole(c if c.platform == platform else attrs.evolve(c, platform=platform)) for c in comments]


def _whole(comment: IncomingComment) -> IncomingComment:
    author = comment.author
    texts = (
        comment.text,
        comment.live_id,
        comment.comment_id or "",
        *((author.user_id, author.name) if author else ()),
    )
    if not all(isinstance(text, str) for text in texts):
        raise TypeError("a comment has something else than a text in it")
    if comment.posted_at.tzinfo is None:
        raise ValueError("the time of a comment has no time zone")
    return clean(comment)


def to_read(row: StreamRow, account: Account, info: PluginInfo) -> StreamToRead:
    """A stream as its adapter gets it."""
    asked = row.settings.get("polling_seconds")
    low, high = POLLING
    seconds = asked if isinstance(asked, int) else WorkspaceSettings().polling_seconds
    return StreamToRead(
        workspace_id=row.workspace_id,
        show_id=row.show_id,
        stream_id=row.id,
        account=account,
        live=row.live,
        position=row.position,
        polling_seconds=float(min(max(seconds, low), high)),
        settings=_settings(row, info),
        since=row.since,
    )


def _settings(row: StreamRow, info: PluginInfo) -> Any:
    if info.settings is None:
        return None
    defaults = row.settings.get("rules")
    try:
        rules = merge_rules(defaults if isinstance(defaults, Mapping) else {}, row.rules)
        return structure(rules.plugins.get(info.name, {}), info.settings)
    except InvalidInputError:  # stored before the plugin asked for something else
        return info.settings()
