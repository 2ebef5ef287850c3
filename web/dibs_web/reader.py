"""Who looks at a page: the signed-in user, their workspaces, and in which of them they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import attrs
import orjson
from quart import g

from dibs.accounts.permissions import Role
from dibs.accounts.sessions import csrf_token
from dibs.api.auth import current_identity
from dibs.runtime import current_runtime
from dibs_web.i18n import choose_language

_READER = """
SELECT u.name AS user_name, u.email, u.language, w.id, w.name, w.settings, m.role
FROM users u LEFT JOIN members m ON m.user_id = u.id LEFT JOIN workspaces w ON w.id = m.workspace_id
WHERE u.id = $1 ORDER BY w.created_at, w.id
"""


@attrs.frozen
class Place:
    """A workspace of the reader."""

    id: UUID
    name: str
    role: Role
    settings: Mapping[str, Any] = attrs.field(factory=dict, repr=False)

    @property
    def time_zone(self) -> str:
        """The time zone in which the workspace reckons."""
        return str(self.settings.get("time_zone") or "UTC")

    @property
    def currency(self) -> str:
        """The currency of its prices."""
        return str(self.settings.get("currency") or "USD")


@attrs.frozen
class Reader:
    """The signed-in user in front of a page. `workspace` is None once they were removed from it."""

    user_id: UUID
    name: str
    email: str
    language: str | None
    workspaces: tuple[Place, ...]
    workspace: Place | None
    csrf: str = attrs.field(repr=False)

    @property
    def role(self) -> Role | None:
        """The role in the workspace."""
        return None if self.workspace is None else self.workspace.role

    @property
    def initial(self) -> str:
        """The letter that stands for them where there is no room for a name."""
        return (self.name.strip() or self.email)[:1].upper()


async def current_reader() -> Reader:
    """Who looks at this page. Raises `UnauthenticatedError`."""
    known = known_reader()
    if known is not None:
        return known
    identity = await current_identity()
    rows = await current_runtime().db.hot_fetch(_READER, identity.user_id)
    places = tuple(_place(row) for row in rows if row["id"] is not None)
    here = next((place for place in places if place.id == identity.workspace_id), None)
    csrf = csrf_token(identity.session) if identity.session else ""
    first = rows[0]
    made = Reader(identity.user_id, first["user_name"], first["email"], first["language"], places, here, csrf)
    g.dibs_reader = made
    choose_language(made.language)
    return made


def known_reader() -> Reader | None:
    """The reader, if this request met them already."""
    known = g.get("dibs_reader")
    return known if isinstance(known, Reader) else None


def _place(row: Any) -> Place:
    settings = row["settings"]
    return Place(row["id"], row["name"], row["role"], orjson.loads(settings) if isinstance(settings, str) else settings)
