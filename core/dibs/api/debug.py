"""The test bench: comments through the whole lane without a platform. Only there in development mode."""

from __future__ import annotations

from collections import Counter
from typing import Any
from uuid import UUID

import attrs
from quart import Blueprint, Response, jsonify

from dibs.api.answers.testbench import BulkEmitted, Emitted, WebhookEmitted
from dibs.api.auth import needs, principal
from dibs.api.body import read_body
from dibs.api.operation import operation
from dibs.api.shows import shows
from dibs.bounds import bounded
from dibs.clock import monotonic, utc_now
from dibs.codec import unstructure
from dibs.errors import InvalidInputError, NotFoundError
from dibs.lane.work import CommentOutcome
from dibs.meta.live_comments import decode
from dibs.models.comments import Author, IncomingComment
from dibs.practice.audience import Offer, Scene
from dibs.runtime import current_runtime
from dibs.testbench import generated, numbered

blueprint = Blueprint("debug", __name__, url_prefix="/api/debug")

MAX_COMMENTS = 10_000
LONGEST = 10_000
_Short: Any = attrs.validators.max_len(300)


@bounded(minItems=1, maxItems=MAX_COMMENTS, items={"maxLength": LONGEST})
def _texts(_: Any, attribute: attrs.Attribute[Any], value: list[str] | None) -> None:
    if value is not None and not 1 <= len(value) <= MAX_COMMENTS:
        raise ValueError(f"{attribute.name} must be 1 to {MAX_COMMENTS:,} texts")
    if any(len(text) > LONGEST for text in value or ()):
        raise ValueError(f"{attribute.name} must be texts of at most {LONGEST:,} characters")


@attrs.frozen
class OneComment:
    """A comment by somebody called `handle`."""

    show_id: UUID
    text: str = attrs.field(validator=attrs.validators.max_len(LONGEST))
    handle: str = attrs.field(default="tester", validator=[attrs.validators.min_len(1), _Short])
    platform: str = attrs.field(default="debug", validator=[attrs.validators.min_len(1), attrs.validators.max_len(40)])
    comment_id: str | None = attrs.field(default=None, validator=attrs.validators.optional(_Short))
    from_seller: bool = False


@attrs.frozen
class ManyComments:
    """Either `texts`, one comment each, or how many to make up for the items of the show."""

    show_id: UUID
    texts: list[str] | None = attrs.field(default=None, validator=_texts)
    count: int | None = attrs.field(
        default=None,
        validator=attrs.validators.optional([attrs.validators.ge(1), attrs.validators.le(MAX_COMMENTS)]),
    )
    seed: int = attrs.field(default=1, validator=[attrs.validators.ge(0), attrs.validators.le(2**31 - 1)])

    def __attrs_post_init__(self) -> None:
        if (self.texts is None) == (self.count is None):
            raise ValueError("give either texts or count")


@attrs.frozen
class Webhook:
    """A delivery of Instagram's `live_comments` webhook, as it stands in the body of the POST that Meta sends."""

    show_id: UUID
    payload: Any


@blueprint.before_request
async def only_for_developers() -> None:
    """Nobody finds the bench on a server that is not in development mode."""
    if not current_runtime().settings.development:
        raise NotFoundError("There is nothing here.")


@blueprint.post("/emit-comment")
@needs("comments:write")
@operation("Write one comment into a show (development mode)", body=OneComment, answer=Emitted, errors=(404,))
async def emit_comment() -> Response:
    """One comment, through the whole lane."""
    body = await read_body(OneComment)
    comment = IncomingComment(
        body.platform, body.text, utc_now(), body.comment_id, Author(body.handle, body.handle), "", body.from_seller
    )
    [outcome] = await _hand_in(body.show_id, [comment])
    return jsonify({"comment": _outcome(outcome)})


@blueprint.post("/bulk-comments")
@needs("comments:write")
@operation("Write many comments into a show (development mode)", body=ManyComments, answer=BulkEmitted, errors=(404,))
async def bulk_comments() -> Response:
    """Many comments, through the whole lane as fast as it takes them."""
    body, began = await read_body(ManyComments), monotonic()
    comments = numbered(body.texts, utc_now()) if body.texts is not None else await _made_up(body)
    outcomes = await _hand_in(body.show_id, comments)
    verdicts = Counter(outcome.verdict for outcome in outcomes)
    return jsonify(unstructure(BulkEmitted(len(outcomes), dict(verdicts), round(monotonic() - began, 3))))


@blueprint.post("/emit-ig-webhook")
@needs("comments:write")
@operation(
    "Deliver an Instagram live_comments webhook to a show (development mode)",
    body=Webhook,
    answer=WebhookEmitted,
    errors=(404,),
)
async def emit_ig_webhook() -> Response:
    """The comments of a webhook delivery, decoded and through the whole lane."""
    body = await read_body(Webhook)
    decoded = decode(body.payload, utc_now())
    outcomes = await _hand_in(body.show_id, decoded.comments)
    return jsonify({"comments": [_outcome(one) for one in outcomes], "left_out": list(decoded.left_out)})


async def _hand_in(show_id: UUID, comments: Any) -> list[CommentOutcome]:
    await shows().get(principal().workspace_id, show_id)
    if not comments:
        return []
    result = await current_runtime().lanes.ingest(principal().workspace_id, show_id, comments, detail=True)
    return list(result.outcomes)


async def _made_up(body: ManyComments) -> list[IncomingComment]:
    who, hooks = principal(), await current_runtime().flags.hooks_for(principal().workspace_id)
    show = await shows().get(who.workspace_id, body.show_id)
    rules = await shows().rules(who.workspace_id, show["rules"], hooks)
    offers = [
        Offer(
            UUID(item["item_id"]),
            item["item_number"],
            item["variant"] or "",
            item["title"],
            item["total_quantity"] - item["claimed_count"],
        )
        for item in await shows().items(who.workspace_id, body.show_id)
    ]
    if not offers:
        raise InvalidInputError("The show has no items to comment on.")
    pinned = show["pinned_item_id"]
    return generated(body.count or 0, rules, Scene(offers, UUID(pinned) if pinned else None), utc_now(), body.seed)


def _outcome(made: CommentOutcome) -> dict[str, Any]:
    """An `Outcome`; its claims are written already."""
    return {
        "comment_no": made.comment_no,
        "verdict": made.verdict,
        "reason": made.reason,
        "claims": list(made.claims),
    }
