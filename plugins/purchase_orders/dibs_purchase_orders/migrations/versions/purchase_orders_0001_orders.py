"""Purchase orders of suppliers, and their lines."""

from __future__ import annotations

from alembic import op

revision = "purchase_orders_0001"
down_revision = None
branch_labels = ("purchase_orders",)
depends_on = None

_UP = (
    """
    CREATE TABLE purchase_orders_orders (
        workspace_id UUID NOT NULL,
        id UUID NOT NULL,
        run_id UUID NOT NULL,
        file_name TEXT NOT NULL,
        file_kind TEXT NOT NULL,
        file_size INTEGER NOT NULL,
        content BYTEA,
        supplier TEXT NOT NULL DEFAULT '',
        number TEXT NOT NULL DEFAULT '',
        ordered_on DATE,
        received_on DATE,
        remarks JSONB NOT NULL DEFAULT '[]',
        state TEXT NOT NULL DEFAULT 'reading',
        version INTEGER NOT NULL DEFAULT 1,
        created_by_name TEXT NOT NULL DEFAULT '',
        created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
        PRIMARY KEY (workspace_id, id),
        CONSTRAINT purchase_orders_state CHECK (state IN
            ('reading', 'matching', 'checking', 'receiving', 'done', 'discarded')),
        CONSTRAINT purchase_orders_size CHECK (file_size <= 20971520),
        CONSTRAINT purchase_orders_kept CHECK (content IS NULL OR state NOT IN ('done', 'discarded'))
    )
    """,
    """
    CREATE TABLE purchase_orders_lines (
        workspace_id UUID NOT NULL,
        order_id UUID NOT NULL,
        line_no INTEGER NOT NULL,
        id UUID NOT NULL DEFAULT gen_random_uuid(),
        place TEXT NOT NULL,
        cells JSONB NOT NULL,
        code TEXT NOT NULL,
        code_key TEXT NOT NULL,
        name TEXT NOT NULL,
        category TEXT NOT NULL,
        unit TEXT NOT NULL,
        quantity NUMERIC(15, 4),
        unit_cost NUMERIC(15, 2),
        confidence INTEGER NOT NULL,
        remarks JSONB NOT NULL DEFAULT '[]',
        match TEXT,
        match_confidence INTEGER NOT NULL DEFAULT 0,
        product_id UUID,
        checked BOOLEAN NOT NULL DEFAULT false,
        skipped BOOLEAN NOT NULL DEFAULT false,
        state TEXT NOT NULL DEFAULT 'open',
        problem TEXT,
        batch_id UUID,
        version INTEGER NOT NULL DEFAULT 1,
        PRIMARY KEY (workspace_id, order_id, line_no),
        CONSTRAINT purchase_orders_line UNIQUE (workspace_id, id),
        CONSTRAINT purchase_orders_batch UNIQUE (workspace_id, batch_id),
        CONSTRAINT purchase_orders_line_state CHECK (state IN ('open', 'received')),
        CONSTRAINT purchase_orders_line_received CHECK ((state = 'received') = (batch_id IS NOT NULL)),
        CONSTRAINT purchase_orders_line_match CHECK (match IN ('name', 'code', 'similar', 'chosen', 'new')),
        CONSTRAINT purchase_orders_confidence CHECK (confidence BETWEEN 0 AND 100),
        CONSTRAINT purchase_orders_cost CHECK (unit_cost >= 0 AND quantity >= 0),
        FOREIGN KEY (workspace_id, order_id) REFERENCES purchase_orders_orders (workspace_id, id)
    )
    """,
    """
    CREATE INDEX purchase_orders_codes ON purchase_orders_lines (workspace_id, code_key)
        WHERE state = 'received' AND code_key <> ''
    """,
)


def upgrade() -> None:
    """Make the tables."""
    for statement in _UP:
        op.execute(statement)


def downgrade() -> None:
    """Remove them."""
    for table in ("purchase_orders_lines", "purchase_orders_orders"):
        op.drop_table(table)
