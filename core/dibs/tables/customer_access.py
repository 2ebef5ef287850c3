"""How customers come in: links and codes that staff send, and what they are signed in with."""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)

from dibs.tables.metadata import instant, metadata, uuid_key, workspace

# A link is opened by its long token, or by its short code: `code_name` finds it, the hash proves it. It is good once.
customer_links = Table(
    "customer_links",
    metadata,
    workspace(),
    uuid_key(),
    Column("customer_id", Uuid, nullable=False),
    Column("token_hash", LargeBinary, nullable=False),
    Column("code_name", Text, nullable=False),
    Column("code_hash", LargeBinary, nullable=False),
    Column("wrong_codes", Integer, nullable=False, server_default="0"),
    Column("created_by", Uuid),
    instant("created_at", now=True),
    instant("expires_at", nullable=False),
    instant("used_at"),
    UniqueConstraint("token_hash", name="customer_links_token"),
    UniqueConstraint("code_name", name="customer_links_code"),
    CheckConstraint("wrong_codes >= 0", name="customer_links_wrong"),
    ForeignKeyConstraint(["workspace_id", "customer_id"], ["customers.workspace_id", "customers.id"]),
    Index("customer_links_customer", "workspace_id", "customer_id"),
)

customer_sessions = Table(
    "customer_sessions",
    metadata,
    workspace(),
    uuid_key(),
    Column("customer_id", Uuid, nullable=False),
    Column("token_hash", LargeBinary, nullable=False),
    instant("created_at", now=True),
    instant("seen_at", now=True),
    instant("expires_at", nullable=False),
    instant("ended_at"),
    UniqueConstraint("token_hash", name="customer_sessions_token"),
    ForeignKeyConstraint(["workspace_id", "customer_id"], ["customers.workspace_id", "customers.id"]),
    Index("customer_sessions_customer", "workspace_id", "customer_id"),
)
