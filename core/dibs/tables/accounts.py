"""People, workspaces, sign-ins."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    Uuid,
    false,
    func,
)

from dibs.tables.metadata import document, instant, metadata, uuid_key

users = Table(
    "users",
    metadata,
    uuid_key(),
    Column("email", Text, nullable=False),
    Column("email_key", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False, server_default=""),
    Column("password_hash", Text),
    instant("created_at", now=True),
    instant("disabled_at"),
    Column("language", Text),
    Column("totp_secret", LargeBinary),
    instant("totp_confirmed_at"),
    Column("totp_last_step", BigInteger),
    Column("instance_operator", Boolean, nullable=False, server_default=false()),
)

workspaces = Table(
    "workspaces",
    metadata,
    uuid_key(),
    Column("name", Text, nullable=False),
    document("settings"),
    instant("created_at", now=True),
    Column("version", Integer, nullable=False, server_default="1"),
)

members = Table(
    "members",
    metadata,
    Column("workspace_id", Uuid, ForeignKey("workspaces.id"), primary_key=True),
    Column("user_id", Uuid, ForeignKey("users.id"), primary_key=True),
    Column("role", Text, nullable=False),
    instant("created_at", now=True),
    instant("guide_closed_at"),
    CheckConstraint("role IN ('owner', 'admin', 'operator', 'viewer')", name="members_role"),
    Index("members_user", "user_id"),
)


def _how_it_began() -> tuple[Column[object], ...]:
    """What a sign-in came from, and when its user last proved who they are."""
    return (
        Column("opened_by", Text, nullable=False, server_default="password"),
        Column("device", Text, nullable=False, server_default=""),
        instant("confirmed_at", now=True),
        instant("last_seen_at"),
    )


# One row a sign-in, with the hash of its newest token only: what else names the row is an old one, used again.
refresh_tokens = Table(
    "refresh_tokens",
    metadata,
    uuid_key(),
    Column("user_id", Uuid, ForeignKey("users.id"), nullable=False),
    Column("workspace_id", Uuid, ForeignKey("workspaces.id"), nullable=False),
    Column("token_hash", LargeBinary, nullable=False),
    instant("created_at", now=True),
    instant("expires_at", nullable=False),
    instant("revoked_at"),
    *_how_it_began(),
    Index("refresh_tokens_user", "user_id"),
)

web_sessions = Table(
    "web_sessions",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("user_id", Uuid, ForeignKey("users.id"), nullable=False),
    Column("workspace_id", Uuid, ForeignKey("workspaces.id")),
    instant("created_at", now=True),
    instant("expires_at", nullable=False),
    instant("revoked_at"),
    Column("id", Uuid, nullable=False, unique=True, server_default=func.gen_random_uuid()),
    *_how_it_began(),
    Index("web_sessions_user", "user_id"),
)

sign_in_links = Table(
    "sign_in_links",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("user_id", Uuid, ForeignKey("users.id"), nullable=False),
    Column("workspace_id", Uuid, ForeignKey("workspaces.id")),
    Column("target", Text, nullable=False, server_default="/"),
    instant("expires_at", nullable=False),
    instant("used_at"),
)

stream_tickets = Table(
    "stream_tickets",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("user_id", Uuid, ForeignKey("users.id"), nullable=False),
    Column("workspace_id", Uuid, ForeignKey("workspaces.id"), nullable=False),
    Column("used", Boolean, nullable=False, server_default=false()),
    instant("expires_at", nullable=False),
    Column("sign_in_id", Uuid),
    Column("session_hash", LargeBinary),
)

# Second factors: the secret of an authenticator app stands with the user, encrypted; passkeys are public keys.
passkeys = Table(
    "passkeys",
    metadata,
    Column("user_id", Uuid, ForeignKey("users.id"), nullable=False),
    Column("credential_id", LargeBinary, primary_key=True),
    Column("public_key", LargeBinary, nullable=False),
    Column("sign_count", BigInteger, nullable=False, server_default="0"),
    Column("name", Text, nullable=False, server_default=""),
    instant("created_at", now=True),
    instant("last_used_at"),
    Index("passkeys_user", "user_id"),
)

recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("user_id", Uuid, ForeignKey("users.id"), primary_key=True),
    Column("code_hash", LargeBinary, primary_key=True),
    instant("used_at"),
)

auth_challenges = Table(
    "auth_challenges",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("user_id", Uuid, ForeignKey("users.id")),
    Column("purpose", Text, nullable=False),
    document("data"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    instant("expires_at", nullable=False),
    instant("used_at"),
)

invitations = Table(
    "invitations",
    metadata,
    Column("workspace_id", Uuid, ForeignKey("workspaces.id"), primary_key=True),
    uuid_key(),
    Column("token_hash", LargeBinary, nullable=False, unique=True),
    Column("role", Text, nullable=False),
    Column("email", Text),
    Column("invited_by", Uuid, nullable=False),
    instant("created_at", now=True),
    instant("expires_at", nullable=False),
    instant("accepted_at"),
    Column("accepted_by", Uuid),
    instant("revoked_at"),
    CheckConstraint("role IN ('owner', 'admin', 'operator', 'viewer')", name="invitations_role"),
)
