"""Feature flags, the health of plugins, and the counters of the rate limits."""

from __future__ import annotations

from sqlalchemy import (
    ARRAY,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Double,
    ForeignKey,
    Integer,
    SmallInteger,
    Table,
    Text,
    Uuid,
    text,
)

from dibs.tables.metadata import instant, metadata, workspace

flags = Table(
    "flags",
    metadata,
    Column("key", Text, primary_key=True),
    Column("enabled", Boolean, nullable=False),
    Column("rollout", SmallInteger),
    instant("updated_at", now=True),
    CheckConstraint("rollout BETWEEN 0 AND 100", name="flags_rollout"),
)

flag_overrides = Table(
    "flag_overrides",
    metadata,
    Column("workspace_id", Uuid, ForeignKey("workspaces.id"), primary_key=True),
    Column("key", Text, primary_key=True),
    Column("enabled", Boolean, nullable=False),
    instant("updated_at", now=True),
)

plugin_health = Table(
    "plugin_health",
    metadata,
    workspace(),
    Column("plugin", Text, primary_key=True),
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("last_error", Text),
    instant("last_failure_at"),
    Column("recent", ARRAY(DateTime(timezone=True)), nullable=False, server_default="{}"),
    instant("disabled_at"),
)

# One row a key; `drained_at` is the theoretical arrival time of the generic cell rate algorithm, in epoch seconds.
rate_limits = Table(
    "rate_limits",
    metadata,
    Column("key", Text, primary_key=True),
    Column("drained_at", Double, nullable=False, server_default=text("0")),
)
