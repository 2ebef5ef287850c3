"""Who may do what: roles and the permissions that hang on them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

Role = Literal["owner", "admin", "operator", "viewer"]
ROLES: tuple[Role, ...] = get_args(Role)

_VIEWER = frozenset({"shows:read", "buyers:read", "flags:read", "plugins:read", "workspace:read", "connections:read"})
_TRADE = frozenset({"orders:read", "orders:create", "credit:read"})
_OPERATOR = (
    _VIEWER
    | _TRADE
    | {"shows:write", "shows:run", "comments:write", "buyers:write", "exports:read", "catalogue:read", "runs:read"}
)
_ADMIN = _OPERATOR | {
    "buyers:erase",
    "members:read",
    "members:write",
    "workspace:write",
    "flags:write",
    "audit:read",
    "connections:write",
    "catalogue:write",
    "costs:read",
    "prices:write",
    "credit:write",
    "credit:override",
}

PERMISSIONS: Mapping[Role, frozenset[str]] = {
    "viewer": _VIEWER,
    "operator": frozenset(_OPERATOR),
    "admin": frozenset(_ADMIN),
    "owner": frozenset(_ADMIN | {"owners:write"}),
}
INSTANCE: frozenset[str] = frozenset({"instance:write"})
"""What hangs on no role: only whoever runs this instance has it."""
KNOWN: frozenset[str] = PERMISSIONS["owner"] | INSTANCE


def allows(role: Role, permission: str) -> bool:
    """Whether the role carries the permission.

    Raises:
        KeyError: nobody has such a permission, so its name is a mistake in the code.
    """
    if permission not in KNOWN:
        raise KeyError(permission)
    return permission in PERMISSIONS[role]
