"""Answers about shows, and about taking one's last action back."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import attrs

from dibs.api.answers.claims import Claim, Comment
from dibs.api.answers.items import Item
from dibs.api.answers.streams import Stream
from dibs.bounds import shown_as
from dibs.models.rules import ShowRules

ShowStatus = Literal["draft", "active", "paused", "ended"]


@attrs.frozen
class Show:
    """A show. `rules` are its own ones; the workspace's hold for the rest.

    Attributes:
        practice: it is not a sale: nothing of it counts in the figures of the workspace.
        practice_until: until then a simulated audience comments.
        scheduled_at: when it is planned to begin.
        version: goes with the next change.
    """

    id: UUID
    title: str
    status: ShowStatus
    rules: dict[str, Any] = attrs.field(metadata=shown_as(ShowRules))
    pinned_item_id: UUID | None
    created_at: datetime
    activated_at: datetime | None
    ended_at: datetime | None
    scheduled_at: datetime | None
    practice: bool
    practice_until: datetime | None
    version: int


@attrs.frozen
class ShowsPage:
    """A page of the shows; `next` is the cursor of the page after it."""

    shows: list[Show]
    next: UUID | None


@attrs.frozen
class Counts:
    """The figures of a show: comments, claims, buyers who won, units won and offered."""

    comments: int
    claims: int
    buyers: int
    units_claimed: int
    units_total: int


@attrs.frozen
class CountsAt:
    """The figures of a show, and the stream position at which they hold."""

    position: str
    counts: Counts


@attrs.frozen
class Minute:
    """What came in one minute."""

    at: datetime
    comments: int
    claims: int


@attrs.frozen
class Snapshot:
    """All that a console begins with, as of one instant; `position` is where the stream goes on."""

    position: str
    counts: Counts
    show: Show
    items: list[Item]
    claims: list[Claim]
    comments: list[Comment]
    per_minute: list[Minute]
    streams: list[Stream]
    now: datetime


@attrs.frozen
class UndoEntry:
    """An action that can be taken back until `until`."""

    entry_id: UUID
    action: str
    entity: str
    entity_id: str | None
    item_number: str | None
    handle: str | None
    quantity: int | None
    at: datetime
    until: datetime


@attrs.frozen
class UndoPreview:
    """What would be undone; `note` says why the very last action can't be, and what to do instead."""

    entry: UndoEntry | None
    note: str | None


@attrs.frozen
class Undone:
    """What was taken back."""

    undone: UUID
    action: str
    entity: str
    entity_id: str | None
