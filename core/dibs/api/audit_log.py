"""The audit log of the workspace, for reading. There is no call that changes it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import attrs
from quart import Blueprint, Response, jsonify

from dibs.api.auth import needs, principal
from dibs.api.body import read_query
from dibs.api.operation import operation
from dibs.audit_log.reading import AuditFilter, AuditLog, AuditPage
from dibs.codec import unstructure
from dibs.runtime import current_runtime

blueprint = Blueprint("audit_log", __name__)

_short: Any = attrs.validators.optional([attrs.validators.min_len(1), attrs.validators.max_len(100)])


@attrs.frozen
class AuditQuery:
    """Which entries; `action` is one, or the beginning of some such as `claim.`; `cursor` is `next` of a page."""

    actor_id: UUID | None = None
    action: str | None = attrs.field(default=None, validator=_short)
    entity: str | None = attrs.field(default=None, validator=_short)
    entity_id: str | None = attrs.field(default=None, validator=_short)
    show_id: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None
    cursor: UUID | None = None
    limit: int = attrs.field(default=50, validator=[attrs.validators.ge(1), attrs.validators.le(200)])

    @property
    def filter(self) -> AuditFilter:
        """The same without the size of the page."""
        values = attrs.asdict(self, filter=lambda field, _: field.name not in ("cursor", "limit"))
        return AuditFilter(**values, before_id=self.cursor)


@blueprint.get("/api/audit")
@needs("audit:read")
@operation("Read the audit log", query=AuditQuery, answer=AuditPage)
async def read_audit_log() -> Response:
    """Who did what, the newest first."""
    query = read_query(AuditQuery)
    log = AuditLog(current_runtime().db)
    return jsonify(unstructure(await log.page(principal().workspace_id, query.filter, query.limit)))
