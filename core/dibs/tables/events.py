"""Topics with their counters, the outbox, and the inbox of what arrived at a process that does not own the show."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Identity, Index, SmallInteger, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSON, JSONB

from dibs.tables.metadata import counter, instant, metadata, workspace

topics = Table(
    "topics",
    metadata,
    workspace(),
    Column("topic", Text, primary_key=True),
    Column("epoch", Text, nullable=False),
    counter("last_seq"),
)

# Range-partitioned by created_at; old partitions are dropped, never vacuumed.
outbox = Table(
    "outbox",
    metadata,
    workspace(),
    Column("topic", Text, primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("partition", SmallInteger, nullable=False),
    Column("type", Text, nullable=False),
    Column("schema_version", SmallInteger, nullable=False, server_default="1"),
    Column("payload", JSON, nullable=False),
    Column("created_at", instant("created_at").type, primary_key=True, nullable=False),
    postgresql_partition_by="RANGE (created_at)",
)

inbox = Table(
    "inbox",
    metadata,
    workspace(),
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("show_id", Uuid, nullable=False),
    Column("payload", JSONB, nullable=False),
    instant("received_at", now=True),
    Index("inbox_show", "workspace_id", "show_id", "id"),
)
