"""Long work that people wait for: where it stands, how long its stages took."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, Index, Integer, Numeric, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from dibs.tables.metadata import document, instant, metadata, uuid_key, workspace

# `stages` lists the names of the stages in order, `weights` their shares of the whole. `took` has the seconds worked at
# each, `lines` how much of each is done, both by name. `job` and `payload` are what the job library is handed, also to
# begin anew, for which somebody needs `permission`; each time that it is handed in is a `turn`: only the last counts.
runs = Table(
    "runs",
    metadata,
    workspace(),
    uuid_key(),
    Column("kind", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("state", Text, nullable=False, server_default="running"),
    Column("stages", JSONB, nullable=False),
    Column("weights", JSONB, nullable=False),
    Column("stage", Text, nullable=False, server_default=""),
    Column("stage_no", Integer, nullable=False, server_default="-1"),
    Column("percent", Numeric(5, 2), nullable=False, server_default="0"),
    Column("done", Integer, nullable=False, server_default="0"),
    Column("total", Integer),
    Column("message", Text, nullable=False, server_default=""),
    Column("remaining", Integer),
    document("took"),
    document("lines"),
    document("result"),
    Column("error", JSONB),
    Column("path", Text),
    Column("job", Text),
    document("payload"),
    Column("turn", Integer, nullable=False, server_default="1"),
    Column("permission", Text, nullable=False, server_default="runs:read"),
    Column("started_by", Uuid),
    Column("started_by_name", Text, nullable=False, server_default=""),
    instant("started_at", now=True),
    instant("stage_at", now=True),
    instant("updated_at", now=True),
    instant("finished_at"),
    CheckConstraint("state IN ('running', 'waiting', 'done', 'failed', 'stopped')", name="runs_state"),
    CheckConstraint("percent BETWEEN 0 AND 100 AND (percent < 100 OR state = 'done')", name="runs_percent"),
    CheckConstraint("done >= 0 AND (total IS NULL OR done <= total)", name="runs_done"),
    ForeignKeyConstraint(["workspace_id"], ["workspaces.id"]),
    Index("runs_of_kind", "workspace_id", "kind", "id"),
)
