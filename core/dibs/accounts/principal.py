"""Who makes a request, for which workspace, and how they signed in."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

import attrs

from dibs.accounts.permissions import INSTANCE, Role, allows
from dibs.errors import ForbiddenError

SessionKind = Literal["bearer", "cookie", "ticket"]


@attrs.frozen
class Principal:
    """A signed-in user in one workspace.

    Attributes:
        user_id, workspace_id: who, and for which workspace.
        role: the role of the user in that workspace.
        session_kind: how the request proves it: access token, browser session, or single-use ticket.
        name: the user's name.
        instance_operator: the user runs this instance, beyond all workspaces.
    """

    user_id: UUID
    workspace_id: UUID
    role: Role
    session_kind: SessionKind = "bearer"
    name: str = ""
    instance_operator: bool = False

    def may(self, permission: str) -> bool:
        """Whether the role carries this permission, or whoever runs the instance has it."""
        if permission in INSTANCE:
            return self.instance_operator
        return allows(self.role, permission)

    def demand(self, permission: str) -> None:
        """Raise `ForbiddenError` unless the role carries this permission."""
        if not self.may(permission):
            raise ForbiddenError(f"Your role ({self.role}) does not allow this.", permission=permission)
