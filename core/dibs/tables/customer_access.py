"""How customers come in: links and codes that staff send, and what they are signed in with."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKeyConstraint, Index, Integer, LargeBinary, Table, UniqueConstraint, Uuid

from dibs.tables.metadata import instant, metadata, uuid_key, workspace

# A link has a long token or a short code, or both; each is good once.
customer_links = Table(
    "customer_links",
    metadata,
    workspace(),
    uuid_key(),
    Column("customer_id", Uuid, nullable=False),
    Column("token_hash", LargeBinary, nullable=False),
    Column("code_hash", LargeBinary),
    Column("wrong_codes", Integer, nullable=False, server_default="0"),
    Column("created_by", Uuid),
    instant("created_at", now=True),
    instant("expires_at", nullable=False),
    instant("used_at"),
    UniqueConstraint("token_hash", name="customer_links_token"),
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
