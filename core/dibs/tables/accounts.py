"""People, workspaces, sign-ins."""

from __future__ import annotations

from sqlalchemy import Boolean, CheckConstraint, Column, ForeignKey, Index, LargeBinary, Table, Text, Uuid, false

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
)

workspaces = Table(
    "workspaces",
    metadata,
    uuid_key(),
    Column("name", Text, nullable=False),
    document("settings"),
    instant("created_at", now=True),
)

members = Table(
    "members",
    metadata,
    Column("workspace_id", Uuid, ForeignKey("workspaces.id"), primary_key=True),
    Column("user_id", Uuid, ForeignKey("users.id"), primary_key=True),
    Column("role", Text, nullable=False),
    instant("created_at", now=True),
    CheckConstraint("role IN ('owner', 'admin', 'operator', 'viewer')", name="members_role"),
    Index("members_user", "user_id"),
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
