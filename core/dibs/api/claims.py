"""Claims and comments of a show: paging through them, and what operators decide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, get_args
from uuid import UUID

import attrs
from quart import Blueprint, Response, jsonify, request

from dibs.api.auth import needs, principal
from dibs.api.body import path_id, read_body, whole_number
from dibs.api.shows import command, shows
from dibs.errors import FieldFault, InvalidInputError
from dibs.lane import commands
from dibs.models.allocation import ClaimStatus

blueprint = Blueprint("claims", __name__, url_prefix="/api/shows/<uuid:show_id>")

_FAR = 2**53
_VERDICTS = ("claim", "pass", "review", "ignored", "stored", "quarantined")


@attrs.frozen
class Acceptance:
    """Which item is meant, where the comment left it open."""

    item_id: UUID | None = None


@blueprint.get("/claims")
@needs("shows:read")
async def list_claims(show_id: UUID) -> Response:
    """Claims, the last decided first; `status`, `item_id` and `buyer_id` combine; `cursor` goes on."""
    who, limit = principal(), whole_number("limit", 100, 1, 500)
    await shows().get(who.workspace_id, show_id)
    found = await shows().claims(
        who.workspace_id,
        show_id,
        before=whole_number("cursor", _FAR, 1, _FAR),
        status=_one_of("status", get_args(ClaimStatus)),
        item_id=_id_or_none("item_id"),
        buyer_id=_id_or_none("buyer_id"),
        limit=limit,
    )
    return jsonify({"claims": found, "next": _next(found, "decision_no", limit)})


@blueprint.get("/comments")
@needs("shows:read")
async def list_comments(show_id: UUID) -> Response:
    """Comments, the last received first; `verdict` filters; `before` goes on."""
    who, limit = principal(), whole_number("limit", 200, 1, 500)
    await shows().get(who.workspace_id, show_id)
    verdict = _one_of("verdict", _VERDICTS)
    found = await shows().comments(
        who.workspace_id,
        show_id,
        before=whole_number("before", _FAR, 1, _FAR),
        verdicts=[verdict] if verdict else None,
        limit=limit,
    )
    return jsonify({"comments": found, "next": _next(found, "comment_no", limit)})


@blueprint.get("/claims/<uuid:claim_id>/why")
@needs("shows:read")
async def why(show_id: UUID, claim_id: UUID) -> Response:
    """Which comment, which rule, what was left at that moment, who came before."""
    return jsonify(await shows().why(principal().workspace_id, show_id, claim_id))


@blueprint.post("/claims/<uuid:claim_id>/release")
@needs("shows:run")
async def release_claim(show_id: UUID, claim_id: UUID) -> Response:
    """Take a claim back; the next in line is promoted while the show runs."""
    return jsonify({"claim": await command(show_id, commands.release(claim_id))})


@blueprint.post("/claims/<uuid:claim_id>/accept")
@needs("shows:run")
async def accept_claim(show_id: UUID, claim_id: UUID) -> Response:
    """Carry out a claim of the review lane; it keeps its comment's place in the order."""
    body = await read_body(Acceptance) if await request.get_data() else Acceptance()
    return jsonify({"claim": await command(show_id, commands.accept(claim_id, body.item_id))})


@blueprint.post("/claims/<uuid:claim_id>/decline")
@needs("shows:run")
async def decline_claim(show_id: UUID, claim_id: UUID) -> Response:
    """Refuse a claim of the review lane."""
    return jsonify({"claim": await command(show_id, commands.decline(claim_id))})


def _next(rows: Sequence[Mapping[str, Any]], key: str, limit: int) -> int | None:
    return int(rows[-1][key]) if len(rows) == limit else None


def _one_of(name: str, known: Sequence[str]) -> str | None:
    value = request.args.get(name)
    if value is not None and value not in known:
        fault = FieldFault(name, f"must be one of {', '.join(known)}")
        raise InvalidInputError("The query has 1 faulty field(s).", [fault])
    return value


def _id_or_none(name: str) -> UUID | None:
    value = request.args.get(name)
    return None if value is None else path_id(value)
