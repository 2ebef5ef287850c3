"""Practice runs: a simulated audience for a practice show."""

from __future__ import annotations

from uuid import UUID

import attrs
from quart import Blueprint, Response, jsonify, request

from dibs.api.answers.practice import PracticeState
from dibs.api.auth import actor, needs, principal
from dibs.api.body import read_body
from dibs.api.operation import operation
from dibs.codec import unstructure
from dibs.practice import MAX_MINUTES, MAX_PER_MINUTE, MINUTES, PER_MINUTE
from dibs.runtime import current_runtime

blueprint = Blueprint("practice", __name__, url_prefix="/api/shows/<uuid:show_id>/practice")


@attrs.frozen
class NewPractice:
    """How lively the audience is, and for how long."""

    comments_per_minute: int = attrs.field(
        default=PER_MINUTE, validator=[attrs.validators.ge(1), attrs.validators.le(MAX_PER_MINUTE)]
    )
    minutes: int = attrs.field(default=MINUTES, validator=[attrs.validators.ge(1), attrs.validators.le(MAX_MINUTES)])


@blueprint.get("")
@needs("shows:read")
@operation("How the practice run of a show stands", answer=PracticeState)
async def practice_state(show_id: UUID) -> Response:
    """Whether the audience is there, since when, and how much it has written."""
    who = principal()
    return jsonify(unstructure(await current_runtime().practice.state(who.workspace_id, show_id)))


@blueprint.post("")
@needs("shows:run")
@operation(
    "Let a simulated audience into a practice show",
    body=NewPractice,
    body_optional=True,
    answer=PracticeState,
    errors=(409,),
)
async def start_practice(show_id: UUID) -> Response:
    """Start the show if it is a draft, with sample items if it has none, and let the audience comment."""
    body = await read_body(NewPractice) if await request.get_data() else NewPractice()
    run = current_runtime().practice.begin(
        principal().workspace_id, show_id, actor(), body.comments_per_minute, body.minutes
    )
    return jsonify(unstructure(await run))


@blueprint.delete("")
@needs("shows:run")
@operation("Send the simulated audience of a show home", answer=PracticeState)
async def stop_practice(show_id: UUID) -> Response:
    """End the practice run; the show stays as it is."""
    run = current_runtime().practice.end(principal().workspace_id, show_id, actor())
    return jsonify(unstructure(await run))
