"""The streams of a show: adding, choosing, removing them, and how they fare."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import attrs
from quart import Blueprint, Response, jsonify

from dibs.api.answers.streams import Stream, StreamsOfShow
from dibs.api.auth import actor, needs, principal
from dibs.api.body import read_body
from dibs.api.operation import operation
from dibs.runtime import current_runtime
from dibs.shows.service import Shows
from dibs.streams.model import show_streams, stream_shape

blueprint = Blueprint("streams", __name__, url_prefix="/api/shows/<uuid:show_id>/streams")
_WHERE: Any = attrs.validators.max_len(2_000)
NO_STREAM = "This show listens to nothing: no comment comes in by itself."


@attrs.frozen
class NewStream:
    """A broadcast to listen to. `where` is its id, or an address in which that stands; it is parsed and never fetched.
    Without it the show waits for the account's next broadcast. `shared`: another show may hear it as well."""

    connection_id: UUID
    where: str = attrs.field(default="", validator=_WHERE)
    shared: bool = False


@attrs.frozen
class StreamChosen:
    """Which broadcast a stream is."""

    where: str = attrs.field(validator=[attrs.validators.min_len(1), _WHERE])
    shared: bool = False


@blueprint.get("")
@needs("shows:read")
@operation("The streams of a show, and how they fare", answer=StreamsOfShow)
async def list_streams(show_id: UUID) -> Response:
    """Where the show listens: state, viewers, comments, and what is wrong with what to do about it."""
    runtime, who = current_runtime(), principal()
    show = await Shows(runtime.db).get(who.workspace_id, show_id)
    streams = await show_streams(runtime.db, who.workspace_id, show_id)
    warn = not streams and show["status"] != "ended" and not show["practice"]
    return jsonify({"streams": streams, "warnings": [NO_STREAM] if warn else []})


@blueprint.post("")
@needs("shows:run")
@operation("Have a show listen to a broadcast", body=NewStream, answer=Stream, status=201, errors=(404, 409))
async def add_stream(show_id: UUID) -> tuple[Response, int]:
    """Add a stream, also while the show runs."""
    body = await read_body(NewStream)
    added = await current_runtime().streams.operators.add(
        principal().workspace_id, show_id, actor(), body.connection_id, where=body.where, shared=body.shared
    )
    return jsonify(stream_shape(added)), 201


@blueprint.post("/<uuid:stream_id>/choose")
@needs("shows:run")
@operation("Say which broadcast a stream is", body=StreamChosen, answer=Stream, errors=(409,))
async def choose_live(show_id: UUID, stream_id: UUID) -> Response:
    """Choose one of several broadcasts, or another one than before."""
    body = await read_body(StreamChosen)
    chosen = await current_runtime().streams.operators.choose(
        principal().workspace_id, show_id, stream_id, actor(), body.where, shared=body.shared
    )
    return jsonify(stream_shape(chosen))


@blueprint.post("/<uuid:stream_id>/retry")
@needs("shows:run")
@operation("Try a stream again at once", answer=Stream)
async def retry_stream(show_id: UUID, stream_id: UUID) -> Response:
    """Try again whatever was in the way; also a broadcast that was said to have ended."""
    tried = await current_runtime().streams.operators.retry(principal().workspace_id, show_id, stream_id, actor())
    return jsonify(stream_shape(tried))


@blueprint.delete("/<uuid:stream_id>")
@needs("shows:run")
@operation("Take a stream off its show", answer=None, status=204)
async def remove_stream(show_id: UUID, stream_id: UUID) -> tuple[str, int]:
    """Listen no more; what came in stays. Also while the show runs."""
    await current_runtime().streams.operators.remove(principal().workspace_id, show_id, stream_id, actor())
    return "", 204
