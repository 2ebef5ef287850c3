"""Accounts at platforms, sign-ins under way, who reads a stream, what platforms sent, who asked to be forgotten."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from dibs.tables.metadata import counter, document, instant, metadata, uuid_key, workspace

# `token` is sealed, bound to the row's key; `user_id` is the platform's id of the person who signed in.
connections = Table(
    "connections",
    metadata,
    workspace(),
    uuid_key(),
    Column("platform", Text, nullable=False),
    Column("account_id", Text, nullable=False),
    Column("name", Text, nullable=False, server_default=""),
    Column("status", Text, nullable=False, server_default="connected"),
    Column("token", LargeBinary),
    instant("token_expires_at"),
    instant("data_access_until"),
    Column("scopes", ARRAY(Text), nullable=False, server_default="{}"),
    Column("missing", ARRAY(Text), nullable=False, server_default="{}"),
    Column("user_id", Text, nullable=False, server_default=""),
    document("details"),
    instant("last_success_at"),
    instant("last_error_at"),
    Column("last_error_reason", Text),
    Column("last_error", Text),
    instant("checked_at"),
    instant("refreshed_at"),
    instant("check_began_at"),
    instant("warned_at"),
    counter("ignored_count"),
    Column("connected_by", Uuid),
    Column("version", Integer, nullable=False, server_default="1"),
    instant("created_at", now=True),
    UniqueConstraint("workspace_id", "platform", "account_id", name="connections_account"),
    CheckConstraint("status IN ('connected', 'reconnect', 'disconnected')", name="connections_status"),
    CheckConstraint("status <> 'connected' OR token IS NOT NULL", name="connections_token"),
    ForeignKeyConstraint(["workspace_id"], ["workspaces.id"]),
    Index("connections_routing", "platform", "account_id"),
    Index("connections_user", "platform", "user_id"),
)

oauth_states = Table(
    "oauth_states",
    metadata,
    workspace(),
    Column("state_hash", LargeBinary, primary_key=True),
    Column("platform", Text, nullable=False),
    Column("user_id", Uuid, nullable=False),
    Column("session_hash", LargeBinary, nullable=False),
    Column("connection_id", Uuid),
    Column("return_to", Text, nullable=False, server_default=""),
    instant("created_at", now=True),
    instant("expires_at", nullable=False),
    UniqueConstraint("state_hash", name="oauth_states_state"),
)

# How a sign-in at a platform ended. `accounts` are those to choose from, sealed with their tokens until then.
oauth_results = Table(
    "oauth_results",
    metadata,
    workspace(),
    uuid_key(),
    Column("platform", Text, nullable=False),
    Column("user_id", Uuid, nullable=False),
    Column("session_hash", LargeBinary, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("message", Text, nullable=False, server_default=""),
    Column("accounts", LargeBinary),
    document("report"),
    Column("connection_id", Uuid),
    Column("return_to", Text, nullable=False, server_default=""),
    instant("created_at", now=True),
    instant("expires_at", nullable=False),
)

stream_leases = Table(
    "stream_leases",
    metadata,
    workspace(),
    uuid_key("stream_id"),
    Column("owner", Text, nullable=False),
    Column("fence", BigInteger, nullable=False),
    instant("expires_at", nullable=False),
)

# Of the instance: one delivery may be about accounts of several workspaces. What came is never changed; beside it stand
# until when a process works on it, and why it could not be used (`note`).
webhook_inbox = Table(
    "webhook_inbox",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("platform", Text, nullable=False),
    document("headers"),
    Column("body", LargeBinary, nullable=False),
    instant("received_at", now=True),
    Column("attempts", Integer, nullable=False, server_default="0"),
    instant("taken_until"),
    instant("done_at"),
    Column("note", Text),
    Index("webhook_inbox_open", "id", postgresql_where=text("done_at IS NULL")),
    Index("webhook_inbox_done", "done_at", postgresql_where=text("done_at IS NOT NULL")),
    Index("webhook_inbox_noted", "id", postgresql_where=text("note IS NOT NULL")),
)

# Of the instance: a platform asks on behalf of a person, whichever workspaces know that person.
erasures = Table(
    "erasures",
    metadata,
    Column("code", Text, primary_key=True),
    Column("platform", Text, nullable=False),
    Column("user_id", Text, nullable=False),
    instant("requested_at", now=True),
    instant("done_at"),
    document("erased"),
    Index("erasures_open", "requested_at", postgresql_where=text("done_at IS NULL")),
)

# Buyers who have no name any more and whose traces are still being removed, show by show.
erasure_work = Table(
    "erasure_work",
    metadata,
    workspace(),
    uuid_key(),
    Column("code", Text),
    Column("platform", Text, nullable=False),
    Column("user_id", Text, nullable=False),
    Column("last_show_id", Uuid),
    instant("begun_at", now=True),
)

relay_positions = Table(
    "relay_positions",
    metadata,
    workspace(),
    Column("topic", Text, primary_key=True),
    Column("epoch", Text, nullable=False),
    counter("seq"),
)
