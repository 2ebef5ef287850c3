"""Margins of the workspace, of its categories and of its customers."""

from __future__ import annotations

from alembic import op

revision = "pricing_0001"
down_revision = None
branch_labels = ("pricing",)
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.execute("""
    CREATE TABLE pricing_margins (
        workspace_id UUID NOT NULL,
        scope TEXT NOT NULL,
        key TEXT NOT NULL,
        id UUID NOT NULL,
        customer_id UUID,
        category TEXT,
        margin NUMERIC(7,4) NOT NULL,
        version INTEGER NOT NULL DEFAULT 1,
        changed_at TIMESTAMPTZ NOT NULL DEFAULT now(),
        changed_by UUID,
        changed_by_name TEXT NOT NULL,
        PRIMARY KEY (workspace_id, scope, key),
        CONSTRAINT pricing_margins_scope CHECK (CASE scope
            WHEN 'default' THEN key = '' AND customer_id IS NULL AND category IS NULL
            WHEN 'category' THEN key <> '' AND customer_id IS NULL AND category IS NOT NULL
            WHEN 'customer' THEN key = customer_id::text AND category IS NULL
            ELSE false END),
        CONSTRAINT pricing_margins_bounds CHECK (margin > -100 AND margin < 100)
    )
    """)


def downgrade() -> None:
    """Remove it."""
    op.drop_table("pricing_margins")
