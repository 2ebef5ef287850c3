"""Answers about the streams of shows."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

import attrs

StreamState = Literal["idle", "waiting", "choose", "listening", "quiet", "trouble", "ended"]


@attrs.frozen
class StreamTrouble:
    """What is wrong, and what helps. `reason` is a stable word."""

    reason: str
    message: str
    what_to_do: str
    since: datetime | None


@attrs.frozen
class StreamChoice:
    """A broadcast that runs, of which one has to be chosen."""

    live_id: str
    title: str
    started_at: datetime | None
    viewers: int | None


@attrs.frozen
class Stream:
    """One broadcast that a show listens to.

    Attributes:
        account: the name of the connected account.
        live_id: the platform's id of the broadcast; empty while one is waited for.
        state: `idle` before the show begins; `waiting` for a broadcast; `choose` one; `listening`; `quiet` if somebody
            watches and nobody comments; `trouble`; `ended`.
        viewers: how many watch, null if the platform does not tell.
        comments_seen: how many comments came from it.
        last_look_at: when the platform last answered.
        choices: what to choose from.
        shared: another show may hear it as well.
    """

    stream_id: UUID
    platform: str
    connection_id: UUID | None
    account: str
    live_id: str
    title: str
    url: str
    state: StreamState
    viewers: int | None
    comments_seen: int
    last_comment_at: datetime | None
    last_look_at: datetime | None
    quiet_since: datetime | None
    trouble: StreamTrouble | None
    choices: list[StreamChoice]
    shared: bool


@attrs.frozen
class StreamsOfShow:
    """The streams of a show, the first added first; `warnings` say what the operator should know of them."""

    streams: list[Stream]
    warnings: list[str]
