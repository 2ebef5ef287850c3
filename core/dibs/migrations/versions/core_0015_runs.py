"""Long work that people wait for."""

from __future__ import annotations

from alembic import op

revision = "core_0015"
down_revision = "core_0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE runs (
            workspace_id UUID NOT NULL,
            id UUID NOT NULL,
            kind TEXT NOT NULL,
            title TEXT NOT NULL,
            state TEXT NOT NULL DEFAULT 'running',
            stages JSONB NOT NULL,
            weights JSONB NOT NULL,
            stage TEXT NOT NULL DEFAULT '',
            stage_no INTEGER NOT NULL DEFAULT -1,
            percent NUMERIC(5, 2) NOT NULL DEFAULT 0,
            done INTEGER NOT NULL DEFAULT 0,
            total INTEGER,
            message TEXT NOT NULL DEFAULT '',
            remaining INTEGER,
            took JSONB NOT NULL DEFAULT '{}',
            lines JSONB NOT NULL DEFAULT '{}',
            result JSONB NOT NULL DEFAULT '{}',
            error JSONB,
            path TEXT,
            job TEXT,
            payload JSONB NOT NULL DEFAULT '{}',
            turn INTEGER NOT NULL DEFAULT 1,
            permission TEXT NOT NULL DEFAULT 'runs:read',
            started_by UUID,
            started_by_name TEXT NOT NULL DEFAULT '',
            started_at TIMESTAMPTZ NOT NULL DEFAULT now(),
            stage_at TIMESTAMPTZ NOT NULL DEFAULT now(),
            updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
            finished_at TIMESTAMPTZ,
            PRIMARY KEY (workspace_id, id),
            CONSTRAINT runs_state CHECK (state IN ('running', 'waiting', 'done', 'failed', 'stopped')),
            CONSTRAINT runs_percent CHECK (percent BETWEEN 0 AND 100 AND (percent < 100 OR state = 'done')),
            CONSTRAINT runs_done CHECK (done >= 0 AND (total IS NULL OR done <= total)),
            FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
        )
        """
    )
    op.execute("CREATE INDEX runs_of_kind ON runs (workspace_id, kind, id)")
    # Work that is taken up again after a process died receives nothing a second time.
    op.execute(
        """
        CREATE UNIQUE INDEX stock_movements_received_once
            ON stock_movements (workspace_id, reference_kind, reference_id)
            WHERE kind = 'received' AND reference_kind IS NOT NULL
        """
    )


def downgrade() -> None:
    op.execute("DROP INDEX stock_movements_received_once")
    op.execute("DROP TABLE runs")
