"""Long work that people wait for: where it stands, how long its stages took."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, Index, Integer, Numeric, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from dibs.tables.metadata import document, instant, metadata, uuid_key, workspace

# `stages` lists the names of the stages in order; `took` has the seconds of each that is done, as numbers by name.
runs = Table(
    "runs",
    metadata,
    workspace(),
    uuid_key(),
    Column("kind", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("state", Text, nullable=False, server_default="running"),
    Column("stages", JSONB, nullable=False),
    Column("stage", Text, nullable=False, server_default=""),
    Column("percent", Numeric(5, 2), nullable=False, server_default="0"),
    Column("done", Integer, nullable=False, server_default="0"),
    Column("total", Integer),
    Column("message", Text, nullable=False, server_default=""),
    document("took"),
    document("result"),
    Column("error", JSONB),
    Column("path", Text),
    Column("started_by", Uuid),
    Column("started_by_name", Text, nullable=False, server_default=""),
    instant("started_at", now=True),
    instant("stage_at", now=True),
    instant("updated_at", now=True),
    instant("finished_at"),
    CheckConstraint("state IN ('running', 'waiting', 'done', 'failed', 'stopped')", name="runs_state"),
    CheckConstraint("percent BETWEEN 0 AND 100", name="runs_percent"),
    CheckConstraint("done >= 0 AND (total IS NULL OR done <= total)", name="runs_done"),
    ForeignKeyConstraint(["workspace_id"], ["workspaces.id"]),
    Index("runs_newest", "workspace_id", "id"),
)
