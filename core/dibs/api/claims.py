"""Claims and comments of a show: paging and searching, and how a claim was decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import attrs
from quart import Blueprint, Response, jsonify

from dibs.api.answers.claims import ClaimsPage, CommentsPage, Verdict, Why
from dibs.api.auth import needs, principal
from dibs.api.body import read_query
from dibs.api.operation import operation
from dibs.api.shows import shows, words
from dibs.models.allocation import ClaimStatus

blueprint = Blueprint("claims", __name__, url_prefix="/api/shows/<uuid:show_id>")

_FAR = 2**53
_CLAIMING = ("claim", "pass", "review")
_number: Any = attrs.validators.optional([attrs.validators.ge(1), attrs.validators.le(_FAR)])
_size: Any = [attrs.validators.ge(1), attrs.validators.le(500)]


@attrs.frozen
class ClaimsQuery:
    """Which claims; what is given combines. `q` is looked for in item numbers and handles."""

    status: ClaimStatus | None = None
    item_id: UUID | None = None
    buyer_id: UUID | None = None
    q: str = attrs.field(default="", validator=words)
    cursor: int | None = attrs.field(default=None, validator=_number)
    limit: int = attrs.field(default=100, validator=_size)


@attrs.frozen
class CommentsQuery:
    """Which comments; what is given combines. `q` is looked for in texts and names; `claims_only` drops chatter."""

    q: str = attrs.field(default="", validator=words)
    verdict: Verdict | None = None
    claims_only: bool = False
    cursor: int | None = attrs.field(default=None, validator=_number)
    limit: int = attrs.field(default=200, validator=_size)

    @property
    def verdicts(self) -> list[str] | None:
        """The verdicts that are wanted; None for all."""
        if self.verdict is None:
            return list(_CLAIMING) if self.claims_only else None
        return [] if self.claims_only and self.verdict not in _CLAIMING else [self.verdict]


@blueprint.get("/claims")
@needs("shows:read")
@operation("List and search claims", query=ClaimsQuery, answer=ClaimsPage)
async def list_claims(show_id: UUID) -> Response:
    """Claims, the last decided first; `cursor` goes on."""
    who, query = principal(), read_query(ClaimsQuery)
    await shows().get(who.workspace_id, show_id)
    found = await shows().claims(
        who.workspace_id,
        show_id,
        before=query.cursor,
        status=query.status,
        item_id=query.item_id,
        buyer_id=query.buyer_id,
        words=query.q.strip(),
        limit=query.limit,
    )
    return jsonify({"claims": found, "next": _next(found, "decision_no", query.limit)})


@blueprint.get("/comments")
@needs("shows:read")
@operation("List and search comments", query=CommentsQuery, answer=CommentsPage)
async def list_comments(show_id: UUID) -> Response:
    """Comments, the last received first; `cursor` goes on."""
    who, query = principal(), read_query(CommentsQuery)
    await shows().get(who.workspace_id, show_id)
    found = await shows().comments(
        who.workspace_id,
        show_id,
        before=query.cursor,
        verdicts=query.verdicts,
        words=query.q.strip(),
        limit=query.limit,
    )
    return jsonify({"comments": found, "next": _next(found, "comment_no", query.limit)})


@blueprint.get("/claims/<uuid:claim_id>/why")
@needs("shows:read")
@operation("How a claim was decided", answer=Why)
async def why(show_id: UUID, claim_id: UUID) -> Response:
    """Which comment, which rule, what was left at that moment, who came before."""
    return jsonify(await shows().why(principal().workspace_id, show_id, claim_id))


def _next(rows: Sequence[Mapping[str, Any]], key: str, limit: int) -> int | None:
    return int(rows[-1][key]) if len(rows) == limit else None
