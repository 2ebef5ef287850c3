"""Reading messages for people and programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import attrs

from dibs import Attention, NotFoundError, WorkspaceData
from dibs_replies.rows import FULL, STUCK, text_of
from dibs_replies.settings import RepliesSettings
from dibs_replies.states import UNDELIVERED

_SHOW = """
SELECT s.id, s.title, s.status, s.practice, coalesce(r.automatic, true) AS automatic
FROM shows s LEFT JOIN replies_shows r ON r.workspace_id = s.workspace_id AND r.show_id = s.id
WHERE s.workspace_id = $1 AND s.id = $2
"""
_COUNTS = "SELECT state, count(*) AS n FROM replies_messages WHERE workspace_id = $1 AND show_id = $2 GROUP BY state"
_STUCK = f"SELECT count(*) AS n FROM replies_messages m WHERE workspace_id = $1 AND show_id = $2 AND {STUCK}"
_ATTENTION = """
SELECT s.id, s.title, count(*) AS n FROM replies_messages m
JOIN shows s ON s.workspace_id = m.workspace_id AND s.id = m.show_id
WHERE m.workspace_id = $1 AND m.state IN ('refused', 'unreachable', 'closed', 'unknown')
    AND m.created_at > now() - interval '7 days'
GROUP BY s.id, s.title ORDER BY max(m.created_at) DESC LIMIT 5
"""


@attrs.frozen
class Message:
    """What a buyer is told about a claim, and what became of it.

    Attributes:
        outcome: `won`, `waitlist`, `promoted`, `unmatched`, `declined`.
        way: `public` or `private`.
        state: `waiting`, `sending`, `sent`, `held`, `refused`, `unreachable`, `closed`, `unknown`, `skipped`.
        reason: why, as a stable word, None if there is nothing to say; `note` is what the platform said.
        text: what is, was or would be said.
        stuck: it waits though nothing works on it, as when the plugin was switched off: send it again.
    """

    id: UUID
    no: int
    claim_id: UUID
    buyer_id: UUID | None
    name: str
    platform: str
    item_number: str
    quantity: int
    outcome: str
    way: str
    state: str
    reason: str | None
    note: str | None
    text: str
    stuck: bool
    attempts: int
    created_at: datetime
    changed_at: datetime


@attrs.frozen
class ShowReplies:
    """A show with its messages.

    Attributes:
        counts: how many there are in each state.
        stuck: how many wait though nothing works on them.
        next: the cursor of the page after this, or None.
    """

    show: Mapping[str, Any]
    counts: dict[str, int]
    stuck: int
    messages: list[Message]
    next: int | None


async def show_of(data: WorkspaceData, show_id: UUID) -> Mapping[str, Any]:
    """The show, and whether it answers by itself. Raises `NotFoundError`."""
    rows = await data.fetch(_SHOW, show_id)
    if not rows:
        raise NotFoundError("There is no such show.", show_id=str(show_id))
    return dict(rows[0])


async def read(
    data: WorkspaceData,
    show_id: UUID,
    settings: RepliesSettings,
    *,
    states: Sequence[str] = (),
    before: int | None = None,
    limit: int = 100,
) -> ShowReplies:
    """The messages of a show, the newest first; `states` are those that are wanted, none for all."""
    show = await show_of(data, show_id)
    counts = {row["state"]: row["n"] for row in await data.fetch(_COUNTS, show_id)}
    stuck = (await data.fetch(_STUCK, show_id))[0]["n"]
    rows = await data.fetch(
        f"{FULL} AND m.show_id = $2 AND ($3::text[] = '{{}}' OR m.state = ANY ($3)) "
        "AND ($4::bigint IS NULL OR m.no < $4) ORDER BY m.no DESC LIMIT $5",
        show_id, list(states), before, limit + 1,
    )  # fmt: skip
    messages = [_message(row, settings) for row in rows[:limit]]
    return ShowReplies(show, counts, stuck, messages, messages[-1].no if len(rows) > limit else None)


async def undelivered(data: WorkspaceData) -> Sequence[Attention]:
    """The shows of the last days with messages that did not arrive."""
    return [
        Attention(
            "%(num)s answer did not reach its buyer",
            "%(num)s answers did not reach their buyers",
            row["n"],
            row["title"],
            f"/shows/{row['id']}/replies?state=undelivered",
        )
        for row in await data.fetch(_ATTENTION)
    ]


def states_of(chosen: str) -> tuple[str, ...]:
    """The states that a filter means: one of them, `undelivered`, or all."""
    return UNDELIVERED if chosen == "undelivered" else (chosen,) if chosen else ()


def _message(row: Mapping[str, Any], settings: RepliesSettings) -> Message:
    plain = {field.name: row[field.name] for field in attrs.fields(Message) if field.name != "text"}
    return Message(**plain, text=text_of(row, settings))
