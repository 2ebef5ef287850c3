"""The door for comments over HTTP, for integrators whose platform has no adapter."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import attrs
from quart import Blueprint, Response, jsonify

from dibs.api.answers.process import HandedIn
from dibs.api.auth import needs, principal
from dibs.api.body import read_body
from dibs.api.operation import operation
from dibs.clock import utc_now
from dibs.models.comments import Author, IncomingComment
from dibs.runtime import current_runtime

blueprint = Blueprint("ingest", __name__, url_prefix="/api/shows/<uuid:show_id>")

MAX_COMMENTS = 1_000
_short: Any = attrs.validators.max_len(300)


@attrs.frozen
class AuthorBody:
    """A platform identity."""

    id: str = attrs.field(validator=[attrs.validators.min_len(1), _short])
    name: str = attrs.field(default="", validator=_short)


@attrs.frozen
class CommentBody:
    """A comment as an integrator hands it in; `created_time` is now if it is left out."""

    message: str = attrs.field(validator=attrs.validators.max_len(10_000))
    id: str | None = attrs.field(default=None, validator=attrs.validators.optional(_short))
    created_time: datetime | None = None
    author: AuthorBody | None = None
    from_seller: bool = False


@attrs.frozen
class Delivery:
    """Comments of one broadcast, in order of arrival."""

    comments: list[CommentBody] = attrs.field(
        validator=[attrs.validators.min_len(1), attrs.validators.max_len(MAX_COMMENTS)]
    )
    platform: str = attrs.field(default="api", validator=[attrs.validators.min_len(1), attrs.validators.max_len(40)])
    live_id: str = attrs.field(default="", validator=_short)


@blueprint.post("/comments")
@needs("comments:write")
@operation("Hand comments in", body=Delivery, answer=HandedIn)
async def hand_in(show_id: UUID) -> Response:
    """Hand comments in. The answer comes when they are committed, and says what became of each."""
    body = await read_body(Delivery)
    now = utc_now()
    comments = [_incoming(body, comment, now) for comment in body.comments]
    result = await current_runtime().lanes.ingest(principal().workspace_id, show_id, comments, detail=True)
    return jsonify(
        {
            "comments": [
                {"comment_no": o.comment_no, "verdict": o.verdict, "reason": o.reason, "claims": list(o.claims)}
                for o in result.outcomes
            ]
        }
    )


def _incoming(body: Delivery, comment: CommentBody, now: datetime) -> IncomingComment:
    return IncomingComment(
        platform=body.platform,
        text=comment.message,
        posted_at=comment.created_time or now,
        comment_id=comment.id,
        author=Author(comment.author.id, comment.author.name) if comment.author else None,
        live_id=body.live_id,
        from_seller=comment.from_seller,
    )
