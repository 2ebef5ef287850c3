"""A stream as its reader and as people see it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

import attrs
import orjson

from dibs.db import Database
from dibs.lane.marks import watching
from dibs.models.platform import Live, Position
from dibs.streams import sql
from dibs.streams.words import what_to_do

Status = Literal["idle", "waiting", "reading", "trouble", "ended"]
State = Literal["idle", "waiting", "choose", "listening", "quiet", "trouble", "ended"]
RUNNING = ("active", "paused")
_LONGEST = 300
EARLY_SECONDS = 5
"""So much earlier than the show began may a comment be posted and count: platforms cut seconds off, clocks differ."""


@attrs.frozen
class StreamRow:
    """A stream with what of its show, its connection and its workspace its reader obeys.

    Attributes:
        version: raised whenever somebody changes what is to be read.
        connection_version: raised whenever the account is connected again.
        silent_seconds: since the last comment, None before the first.
    """

    workspace_id: UUID
    id: UUID
    show_id: UUID
    platform: str
    connection_id: UUID | None
    live_id: str
    title: str
    url: str
    alternate_ids: tuple[str, ...]
    seller_ids: tuple[str, ...]
    status: Status
    position: Position
    viewers: int | None
    comments_seen: int
    last_comment_at: datetime | None
    last_look_at: datetime | None
    trouble_at: datetime | None
    trouble_reason: str | None
    trouble: str | None
    quiet_at: datetime | None
    choices: tuple[Mapping[str, Any], ...]
    shared: bool
    version: int
    show_status: str
    activated_at: datetime | None
    connection_name: str | None
    connection_status: str | None
    connection_version: int | None
    silent_seconds: float | None
    settings: Mapping[str, Any]
    rules: Mapping[str, Any]

    @property
    def live(self) -> Live:
        """The broadcast, as it was found."""
        return Live(
            self.live_id, self.title, url=self.url, viewers=self.viewers, alternate_ids=self.alternate_ids,
            seller_ids=self.seller_ids,
        )  # fmt: skip

    @property
    def wanted(self) -> bool:
        """Whether the show listens."""
        return self.show_status in RUNNING and self.status != "ended"

    @property
    def described(self) -> bool:
        """Whether the platform was asked what the broadcast is."""
        return bool(self.title or self.url or self.seller_ids)

    @property
    def since(self) -> datetime | None:
        """What was posted before came before the show began."""
        return None if self.activated_at is None else self.activated_at - timedelta(seconds=EARLY_SECONDS)

    @property
    def state(self) -> State:
        """How it stands, in one word."""
        if self.status == "waiting":
            return "choose" if self.choices else "waiting"
        if self.status == "reading":
            return "listening" if self.quiet_at is None else "quiet"
        return self.status


_TEXTS = ("alternate_ids", "seller_ids")
_JSON = ("position", "choices", "settings", "rules")
_IDS = ("workspace_id", "id", "show_id", "connection_id")
_COLUMNS = [field.name for field in attrs.fields(StreamRow)]


def stream_of(row: Any) -> StreamRow:
    """A row of `sql.STREAM` and its like."""
    found: dict[str, Any] = {name: row[name] for name in _COLUMNS}
    for name in _IDS:
        found[name] = None if found[name] is None else UUID(bytes=found[name].bytes)
    for name in _TEXTS:
        found[name] = tuple(found[name])
    for name in _JSON:
        found[name] = orjson.loads(found[name] or "null") or {}
    found["choices"] = tuple(found["choices"])
    silent = found["silent_seconds"]
    found["silent_seconds"] = None if silent is None else float(silent)
    return StreamRow(**found)


def stream_shape(row: StreamRow) -> dict[str, Any]:
    """A stream as the API and the events give it."""
    return {
        "stream_id": str(row.id),
        "platform": row.platform,
        "connection_id": None if row.connection_id is None else str(row.connection_id),
        "account": row.connection_name or "",
        "live_id": row.live_id,
        "title": row.title,
        "url": row.url,
        "state": row.state,
        "viewers": row.viewers,
        "comments_seen": row.comments_seen,
        "last_comment_at": row.last_comment_at,
        "last_look_at": row.last_look_at,
        "quiet_since": row.quiet_at,
        "trouble": _trouble(row),
        "choices": [dict(one) for one in row.choices],
        "shared": row.shared,
    }


async def show_streams(db: Database, workspace_id: UUID, show_id: UUID) -> list[dict[str, Any]]:
    """The streams of a show, the first added first; in this task's transaction, if it is in one."""
    rows = await db.plain_fetch(sql.STREAMS, workspace_id, show_id)
    return [stream_shape(stream_of(row)) for row in rows]


def _trouble(row: StreamRow) -> dict[str, Any] | None:
    if row.trouble_reason is None:
        return None
    return {
        "reason": row.trouble_reason,
        "message": row.trouble or "",
        "what_to_do": what_to_do(row.trouble_reason),
        "since": row.trouble_at,
    }


def choice_of(live: Live) -> dict[str, Any]:
    """A broadcast that may be chosen."""
    started = None if live.started_at is None else live.started_at.isoformat()
    viewers = watching(live.viewers)
    return {"live_id": tidy(live.live_id), "title": tidy(live.title), "started_at": started, "viewers": viewers}


def tidy(text: str) -> str:
    """A text of a platform as it can be stored."""
    return text.replace("\0", "")[:_LONGEST].encode("utf-8", "replace").decode("utf-8")
