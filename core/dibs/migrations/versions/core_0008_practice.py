"""Practice runs, and who has put the first-run guide away."""

from __future__ import annotations

from alembic import op

revision = "core_0008"
down_revision = "core_0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE practice_runs (
            workspace_id UUID NOT NULL,
            show_id UUID NOT NULL,
            run_id UUID NOT NULL,
            runner TEXT NOT NULL,
            per_minute INTEGER NOT NULL CONSTRAINT practice_runs_pace CHECK (per_minute > 0),
            comments BIGINT NOT NULL DEFAULT 0,
            started_at TIMESTAMPTZ NOT NULL,
            ends_at TIMESTAMPTZ NOT NULL,
            lease_until TIMESTAMPTZ NOT NULL,
            stopped_at TIMESTAMPTZ,
            PRIMARY KEY (workspace_id, show_id)
        )
        """
    )
    op.execute("ALTER TABLE members ADD COLUMN guide_closed_at TIMESTAMPTZ")


def downgrade() -> None:
    op.execute("ALTER TABLE members DROP COLUMN guide_closed_at")
    op.execute("DROP TABLE practice_runs")
