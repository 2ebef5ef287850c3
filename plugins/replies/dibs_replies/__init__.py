"""Answering buyers on the platform where they commented."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from dibs import (
    Attention,
    CommittedEvent,
    EventContext,
    Job,
    NavigationEntry,
    PersonTraces,
    PluginInfo,
    WorkspaceData,
    hookimpl,
)
from dibs_replies.outcomes import FOLLOWED
from dibs_replies.recording import record
from dibs_replies.settings import RepliesSettings

if TYPE_CHECKING:
    from quart import Blueprint

PLUGIN = PluginInfo(
    name="replies",
    title="Replies",
    summary="Tell buyers on their platform whether they won, wait, or were promoted.",
    settings=RepliesSettings,
    events=FOLLOWED,
)

_FORGET = """
UPDATE replies_messages SET note = NULL, buyer_id = coalesce($4::uuid, buyer_id)
WHERE workspace_id = $1 AND buyer_id = ANY ($2::uuid[]) AND ($3::uuid IS NULL OR show_id = $3)
"""


@hookimpl
async def handle_event(context: EventContext, event: CommittedEvent) -> None:
    """Write down what a buyer is to be told."""
    await record(context, event)


@hookimpl
async def person_erased(
    context: EventContext, buyer_ids: Sequence[UUID], show_id: UUID | None, stranger: UUID | None
) -> PersonTraces | None:
    """Answers hold no names; what the platform said of one may. Where a show was cut off, they go along."""
    await context.data.execute(_FORGET, list(buyer_ids), show_id, stranger)
    return None


@hookimpl
def jobs() -> Sequence[Job]:
    """The sending."""
    from dibs_replies.sending import JOBS  # noqa: PLC0415 - only who sends needs it

    return JOBS


@hookimpl
def navigation() -> Sequence[NavigationEntry]:
    """A tab of each show."""
    return [NavigationEntry("replies", "/shows/{show_id}/replies", "Replies", "show", "shows:read", "tester")]


@hookimpl
async def attention(data: WorkspaceData) -> Sequence[Attention]:
    """Answers of running and recent shows that did not arrive."""
    from dibs_replies.listing import undelivered  # noqa: PLC0415 - only pages need it

    return await undelivered(data)


@hookimpl
def register_blueprints() -> Sequence[Blueprint]:
    """The page of a show, and the API routes."""
    from dibs_replies import pages, routes  # noqa: PLC0415 - a command without a web server needs none

    return [pages.blueprint, routes.blueprint]
