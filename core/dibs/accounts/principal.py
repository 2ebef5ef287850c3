"""Who makes a request, for which workspace, and how they signed in."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

import attrs

from dibs.accounts.permissions import Role, allows
from dibs.errors import ForbiddenError

SessionKind = Literal["bearer", "cookie", "ticket"]


@attrs.frozen
class Principal:
    """A signed-in user in one workspace.

    Attributes:
        user_id, workspace_id: who, and for which workspace.
        role: the role of the user in that workspace.
        session_kind: how the request proves it: access token, browser session, or single-use ticket.
    """

    user_id: UUID
    workspace_id: UUID
    role: Role
    session_kind: SessionKind = "bearer"

    def may(self, permission: str) -> bool:
        """Whether the role carries this permission."""
        return allows(self.role, permission)

    def demand(self, permission: str) -> None:
        """Raise `ForbiddenError` unless the role carries this permission."""
        if not self.may(permission):
            raise ForbiddenError(f"Your role ({self.role}) does not allow this.", permission=permission)
