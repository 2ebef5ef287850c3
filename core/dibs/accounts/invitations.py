"""Invitations to a workspace: a link that is good for seven days and once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal
from uuid import UUID

import asyncpg
import attrs

from dibs.accounts.fields import email_key
from dibs.accounts.members import demand
from dibs.accounts.model import User
from dibs.accounts.permissions import Role, allows
from dibs.accounts.secrets import new_token, token_hash
from dibs.accounts.standing import Standings
from dibs.audit_log import Actor, record
from dibs.db import Database
from dibs.errors import ConflictError, DuplicateError, ForbiddenError, NotFoundError
from dibs.ids import uuid7

if TYPE_CHECKING:
    from dibs.db import RawConnection

LIFETIME = timedelta(days=7)
MOST_OPEN = 200
State = Literal["open", "used", "revoked", "expired"]
_NEW = """
INSERT INTO invitations (workspace_id, id, token_hash, role, email, invited_by, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, now() + $7)
"""
_OPEN = """
SELECT i.id, i.role, i.email, u.name AS invited_by, i.created_at, i.expires_at
FROM invitations i JOIN users u ON u.id = i.invited_by
WHERE i.workspace_id = $1 AND i.accepted_at IS NULL AND i.revoked_at IS NULL AND i.expires_at > now()
ORDER BY i.created_at DESC, i.id
"""
_REVOKE = """
UPDATE invitations SET revoked_at = now()
WHERE workspace_id = $1 AND id = $2 AND accepted_at IS NULL AND revoked_at IS NULL RETURNING role, email
"""
_LOOK = """
SELECT i.workspace_id, i.id, w.name AS workspace, i.role, u.name AS invited_by, i.email, i.expires_at,
       i.accepted_at, i.revoked_at, i.expires_at <= now() AS expired, m.role AS inviter_role
FROM invitations i
JOIN workspaces w ON w.id = i.workspace_id
JOIN users u ON u.id = i.invited_by
LEFT JOIN members m ON m.workspace_id = i.workspace_id AND m.user_id = i.invited_by AND u.disabled_at IS NULL
WHERE i.token_hash = $1
"""
_LOCK = "SELECT 1 FROM workspaces WHERE id = $1 FOR NO KEY UPDATE"
_TAKE = """
UPDATE invitations SET accepted_at = now(), accepted_by = $3 WHERE workspace_id = $1 AND id = $2
"""
_JOIN = "INSERT INTO members (workspace_id, user_id, role) VALUES ($1, $2, $3)"
_COUNT = """
SELECT count(*) FROM invitations
WHERE workspace_id = $1 AND accepted_at IS NULL AND revoked_at IS NULL AND expires_at > now()
"""
_GONE = {
    "used": "This invitation was used already. Ask for a new one.",
    "revoked": "This invitation was taken back. Ask for a new one.",
    "expired": "This invitation has expired. Ask for a new one.",
}


@attrs.frozen
class Invitation:
    """An invitation that waits, as the workspace's admins see it."""

    id: UUID
    role: Role
    email: str | None
    invited_by: str
    created_at: datetime
    expires_at: datetime


@attrs.frozen
class Invited:
    """An invitation as whoever holds its link sees it."""

    workspace_id: UUID
    workspace: str
    role: Role
    invited_by: str
    email_required: bool
    expires_at: datetime
    state: State


@attrs.frozen
class Invitations:
    """The invitations of all workspaces."""

    db: Database
    standings: Standings

    async def open(self, workspace_id: UUID) -> list[Invitation]:
        """Those that can still be accepted, the newest first."""
        return [Invitation(*row) for row in await self.db.hot_fetch(_OPEN, workspace_id)]

    async def create(self, workspace_id: UUID, actor: Actor, role: Role, email: str | None) -> tuple[UUID, str]:
        """A new invitation: its id, and the token of its link, which is told only now.

        Raises:
            ForbiddenError: only owners invite owners.
            ConflictError: very many wait already.
        """
        invitation_id, token = uuid7(), new_token()
        async with self.db.transaction(), self.db.raw() as connection:
            await connection.execute(_LOCK, workspace_id)
            await demand(connection, workspace_id, actor, "members:write", role)
            if await connection.fetchval(_COUNT, workspace_id) >= MOST_OPEN:
                raise ConflictError(f"{MOST_OPEN} invitations wait already; take some back first.")
            address = email.strip() if email else None
            await connection.execute(
                _NEW, workspace_id, invitation_id, token_hash(token), role, address, actor.id, LIFETIME
            )
            after = {"role": role, "email": address} if address else {"role": role}
            await _note(connection, workspace_id, actor, "member.invited", invitation_id, after=after)
        return invitation_id, token

    async def revoke(self, workspace_id: UUID, actor: Actor, invitation_id: UUID) -> None:
        """Take an invitation back. Raises `NotFoundError`, also when it was accepted."""
        async with self.db.transaction(), self.db.raw() as connection:
            row = await connection.fetchrow(_REVOKE, workspace_id, invitation_id)
            if row is None:
                raise NotFoundError("There is no such open invitation.")
            await demand(connection, workspace_id, actor, "members:write", row["role"])
            before = {"role": row["role"]}
            await _note(connection, workspace_id, actor, "member.invitation_revoked", invitation_id, before=before)

    async def look(self, token: str) -> Invited:
        """What a link offers. Raises `NotFoundError` if nobody made such a link."""
        rows = await self.db.hot_fetch(_LOOK, token_hash(token))
        if not rows:
            raise NotFoundError("There is no such invitation. Check that the whole link was copied.")
        row = rows[0]
        return Invited(
            row["workspace_id"],
            row["workspace"],
            row["role"],
            row["invited_by"],
            row["email"] is not None,
            row["expires_at"],
            _state(row),
        )

    async def accept(self, token: str, user: User, actor: Actor) -> UUID:
        """Let a user in; the workspace's id. Errors as `redeem`."""
        async with self.db.transaction(), self.db.raw() as connection:
            workspace_id, _ = await redeem(connection, token, user, actor)
        self.standings.forget()
        return workspace_id


async def redeem(connection: RawConnection, token: str, user: User, actor: Actor) -> tuple[UUID, Role]:
    """Use an invitation up and make its user a member, in the transaction that runs.

    Raises:
        NotFoundError: nobody made such a link.
        ConflictError: it was used, taken back, or has expired; `data["state"]` says which.
        ForbiddenError: it is for another e-mail address.
        DuplicateError: a member already; the invitation stays open for somebody else.
    """
    place = await connection.fetchval("SELECT workspace_id FROM invitations WHERE token_hash = $1", token_hash(token))
    if place is None:
        raise NotFoundError("There is no such invitation. Check that the whole link was copied.")
    await connection.execute(_LOCK, place)
    row = await connection.fetchrow(_LOOK, token_hash(token))
    assert row is not None
    state = _state(row)
    if state != "open":
        raise ConflictError(_GONE[state], state=state)
    if row["email"] is not None and email_key(row["email"]) != email_key(user.email):
        raise ForbiddenError("This invitation is for another e-mail address.", reason="email")
    try:
        await connection.execute(_JOIN, place, user.id, row["role"])
    except asyncpg.UniqueViolationError:
        raise DuplicateError("You are a member of this workspace already.", workspace_id=str(place)) from None
    await connection.execute(_TAKE, place, row["id"], user.id)
    after = {"role": row["role"], "name": user.name, "invitation_id": str(row["id"])}
    await record(connection, place, actor, "member.joined", entity="member", entity_id=user.id, after=after)
    return place, row["role"]


def _state(row: Any) -> State:
    """An invitation counts only while whoever made it could still make it."""
    if row["accepted_at"] is not None:
        return "used"
    inviter: Role | None = row["inviter_role"]
    needed = "owners:write" if row["role"] == "owner" else "members:write"
    if row["revoked_at"] is not None or inviter is None or not allows(inviter, needed):
        return "revoked"
    return "expired" if row["expired"] else "open"


async def _note(
    connection: RawConnection, workspace_id: UUID, actor: Actor, action: str, invitation_id: UUID, **change: Any
) -> None:
    await record(connection, workspace_id, actor, action, entity="invitation", entity_id=invitation_id, **change)
