"""What operators did, and the answers that were given to requests with an idempotency key."""

from __future__ import annotations

from sqlalchemy import Column, Index, LargeBinary, SmallInteger, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from dibs.tables.metadata import instant, metadata, uuid_key, workspace

# Append-only: a trigger refuses every other statement.
audit_log = Table(
    "audit_log",
    metadata,
    workspace(),
    uuid_key(),
    instant("at", now=True),
    Column("actor_id", Uuid),
    Column("actor_name", Text, nullable=False, server_default=""),
    Column("action", Text, nullable=False),
    Column("entity", Text, nullable=False),
    Column("entity_id", Text),
    Column("show_id", Uuid),
    Column("before", JSONB),
    Column("after", JSONB),
    Column("undo", JSONB),
    Column("undoes", Uuid),
    Column("request_key", LargeBinary),
    Column("request_id", Text),
    Index("audit_log_show", "workspace_id", "show_id", "id"),
    Index("audit_log_actor", "workspace_id", "actor_id", "id"),
    Index("audit_log_action", "workspace_id", "action", "id"),
    Index("audit_log_entity", "workspace_id", "entity", "entity_id", "id"),
    Index(
        "audit_log_undone_once",
        "workspace_id",
        "undoes",
        unique=True,
        postgresql_where=text("undoes IS NOT NULL"),
    ),
    Index(
        "audit_log_request",
        "workspace_id",
        "request_key",
        unique=True,
        postgresql_where=text("request_key IS NOT NULL"),
    ),
)

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("owner", Text, primary_key=True),
    Column("key_hash", LargeBinary, primary_key=True),
    Column("request_hash", LargeBinary, nullable=False),
    Column("status", SmallInteger),
    Column("answer", LargeBinary),
    instant("created_at", now=True),
)
