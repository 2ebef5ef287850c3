"""The API: reading the messages of a show, sending again, switching."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import attrs
from quart import Blueprint, Response, jsonify

from dibs import FieldFault, InvalidInputError
from dibs.routes import (
    needs,
    operation,
    read_body,
    read_query,
    workspace_data,
    workspace_settings,
    workspace_transaction,
)
from dibs_replies.deeds import answer_by_itself, send_again, told_by_hand
from dibs_replies.listing import Message, read, show_of, states_of
from dibs_replies.states import STATES

blueprint = Blueprint("replies", __name__, url_prefix="/api/shows/<uuid:show_id>/replies")
_FILTERS = ("", "undelivered", *STATES)


@attrs.frozen
class RepliesQuery:
    """Which messages: `state` is one, `undelivered` or empty for all; `cursor` is `next` of the page before."""

    state: str = attrs.field(default="", validator=attrs.validators.max_len(20))
    cursor: int | None = attrs.field(default=None, validator=attrs.validators.optional(attrs.validators.ge(1)))
    limit: int = attrs.field(default=100, validator=[attrs.validators.ge(1), attrs.validators.le(500)])


@attrs.frozen
class RepliesPage:
    """Messages of a show, the newest first.

    Attributes:
        automatic: whether the show answers by itself.
        counts: how many messages there are in each state.
        next: the cursor of the next page, None on the last.
    """

    automatic: bool
    counts: dict[str, int]
    messages: list[Message]
    next: int | None


@attrs.frozen
class Chosen:
    """Messages by their ids; null means all that the platform refused, and those that are `stuck`."""

    message_ids: list[UUID] | None = attrs.field(
        default=None, validator=attrs.validators.optional(attrs.validators.max_len(1000))
    )


@attrs.frozen
class Told:
    """Messages that somebody sent by hand."""

    message_ids: list[UUID] = attrs.field(validator=attrs.validators.max_len(1000))


@attrs.frozen
class Switch:
    """Whether the show answers by itself."""

    automatic: bool


@attrs.frozen
class Changed:
    """How many messages were changed."""

    changed: int


@blueprint.get("")
@needs("shows:read")
@operation("List the answers to buyers of a show", query=RepliesQuery, answer=RepliesPage)
async def list_replies(show_id: UUID) -> Response:
    """What buyers were told, and what became of it."""
    query = read_query(RepliesQuery)
    if query.state not in _FILTERS:
        known = ", ".join(_FILTERS[1:])
        raise InvalidInputError("There is no such state.", [FieldFault("state", f"must be one of {known}")])
    settings = await workspace_settings("replies")
    found = await read(
        workspace_data(), show_id, settings, states=states_of(query.state), before=query.cursor, limit=query.limit
    )
    page = RepliesPage(found.show["automatic"], found.counts, found.messages, found.next)
    return jsonify(attrs.asdict(page))


@blueprint.post("/retry")
@needs("shows:run")
@operation("Send answers again that did not arrive", body=Chosen, answer=Changed)
async def retry(show_id: UUID) -> Response:
    """Send these again, or all that were refused or left behind."""
    chosen = await read_body(Chosen)
    return await _changed(show_id, lambda context: send_again(context, show_id, chosen.message_ids))


@blueprint.post("/told")
@needs("shows:run")
@operation("Note that answers were sent by hand", body=Told, answer=Changed)
async def told(show_id: UUID) -> Response:
    """Note that somebody sent these by hand."""
    chosen = await read_body(Told)
    return await _changed(show_id, lambda context: told_by_hand(context, show_id, chosen.message_ids))


@blueprint.put("/automatic")
@needs("shows:run")
@operation("Have a show answer by itself, or not", body=Switch, answer=Switch)
async def automatic(show_id: UUID) -> Response:
    """From now on; what was written down before stays as it is."""
    switch = await read_body(Switch)
    await show_of(workspace_data(), show_id)
    async with workspace_transaction("replies") as context:
        await answer_by_itself(context, show_id, switch.automatic)
    return jsonify({"automatic": switch.automatic})


async def _changed(show_id: UUID, work: Any) -> Response:
    await show_of(workspace_data(), show_id)
    async with workspace_transaction("replies") as context:
        return jsonify({"changed": await work(context)})
