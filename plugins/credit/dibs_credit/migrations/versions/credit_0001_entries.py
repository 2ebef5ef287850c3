"""The ledger of what customers paid, and of what was put right."""

from __future__ import annotations

from alembic import op

revision = "credit_0001"
down_revision = None
branch_labels = ("credit",)
depends_on = None

_UP = (
    """
    CREATE TABLE credit_entries (
        workspace_id UUID NOT NULL,
        id UUID NOT NULL,
        customer_id UUID NOT NULL,
        kind TEXT NOT NULL,
        amount NUMERIC(15, 2) NOT NULL,
        order_id UUID,
        reason TEXT NOT NULL DEFAULT '',
        actor_id UUID,
        actor_name TEXT NOT NULL DEFAULT '',
        form_id UUID,
        at TIMESTAMPTZ NOT NULL DEFAULT now(),
        PRIMARY KEY (workspace_id, id),
        CONSTRAINT credit_entries_once UNIQUE (workspace_id, form_id),
        CONSTRAINT credit_entries_kind CHECK (kind IN ('payment', 'adjustment')),
        CONSTRAINT credit_entries_amount CHECK (CASE kind WHEN 'payment' THEN amount > 0 ELSE amount <> 0 END),
        CONSTRAINT credit_entries_order CHECK (order_id IS NULL OR kind = 'payment')
    )
    """,
    "CREATE INDEX credit_entries_customer ON credit_entries (workspace_id, customer_id, id)",
    """
    CREATE FUNCTION credit_entries_are_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'the credit ledger is append-only';
    END
    $$
    """,
    """
    CREATE TRIGGER credit_entries_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON credit_entries
        FOR EACH STATEMENT EXECUTE FUNCTION credit_entries_are_append_only()
    """,
)


def upgrade() -> None:
    """Make the ledger."""
    for statement in _UP:
        op.execute(statement)


def downgrade() -> None:
    """Remove it."""
    op.execute("DROP TABLE credit_entries")
    op.execute("DROP FUNCTION credit_entries_are_append_only()")
