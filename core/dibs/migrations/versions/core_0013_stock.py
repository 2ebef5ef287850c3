"""Products, their batches in stock, the ledger of every movement, and customers."""

from __future__ import annotations

from alembic import op

revision = "core_0013"
down_revision = "core_0012"
branch_labels = None
depends_on = None

_UP = (
    """
    CREATE TABLE products (
        workspace_id UUID NOT NULL,
        id UUID NOT NULL,
        name TEXT NOT NULL,
        name_key TEXT NOT NULL,
        category TEXT,
        unit TEXT NOT NULL DEFAULT '',
        picture_url TEXT,
        version INTEGER NOT NULL DEFAULT 1,
        created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
        PRIMARY KEY (workspace_id, id),
        CONSTRAINT products_name UNIQUE (workspace_id, name_key),
        FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
    )
    """,
    """
    CREATE TABLE batches (
        workspace_id UUID NOT NULL,
        id UUID NOT NULL,
        product_id UUID NOT NULL,
        code TEXT NOT NULL,
        code_key TEXT NOT NULL,
        unit_cost NUMERIC(15, 2),
        received_on DATE NOT NULL,
        on_hand NUMERIC(15, 4) NOT NULL DEFAULT 0,
        reserved NUMERIC(15, 4) NOT NULL DEFAULT 0,
        on_hold NUMERIC(15, 4) NOT NULL DEFAULT 0,
        in_carts NUMERIC(15, 4) NOT NULL DEFAULT 0,
        version INTEGER NOT NULL DEFAULT 1,
        created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
        PRIMARY KEY (workspace_id, id),
        CONSTRAINT batches_code UNIQUE (workspace_id, product_id, code_key),
        CONSTRAINT batches_never_negative
            CHECK (on_hand >= 0 AND reserved >= 0 AND on_hold >= 0 AND in_carts >= 0),
        CONSTRAINT batches_never_oversold CHECK (reserved + on_hold + in_carts <= on_hand),
        CONSTRAINT batches_cost CHECK (unit_cost >= 0),
        FOREIGN KEY (workspace_id, product_id) REFERENCES products (workspace_id, id)
    )
    """,
    """
    CREATE TABLE stock_movements (
        workspace_id UUID NOT NULL,
        id UUID NOT NULL,
        batch_id UUID NOT NULL,
        kind TEXT NOT NULL,
        quantity NUMERIC(15, 4) NOT NULL,
        reference_kind TEXT,
        reference_id UUID,
        reason TEXT NOT NULL DEFAULT '',
        actor_id UUID,
        actor_name TEXT NOT NULL DEFAULT '',
        at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
        PRIMARY KEY (workspace_id, id),
        CONSTRAINT stock_movements_kind CHECK (kind IN
            ('received', 'adjusted', 'reserved', 'given_back', 'hold', 'unhold', 'sold', 'returned')),
        CONSTRAINT stock_movements_quantity CHECK (quantity > 0 OR (kind = 'adjusted' AND quantity <> 0)),
        CONSTRAINT stock_movements_reference CHECK ((reference_kind IS NULL) = (reference_id IS NULL)),
        FOREIGN KEY (workspace_id, batch_id) REFERENCES batches (workspace_id, id)
    )
    """,
    "CREATE INDEX stock_movements_batch ON stock_movements (workspace_id, batch_id, id)",
    """
    CREATE FUNCTION stock_movements_are_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'the stock ledger is append-only';
    END
    $$
    """,
    """
    CREATE TRIGGER stock_movements_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON stock_movements
        FOR EACH STATEMENT EXECUTE FUNCTION stock_movements_are_append_only()
    """,
    """
    CREATE TABLE stock_holds (
        workspace_id UUID NOT NULL,
        batch_id UUID NOT NULL,
        holder_kind TEXT NOT NULL,
        holder_id UUID NOT NULL,
        quantity NUMERIC(15, 4) NOT NULL CONSTRAINT stock_holds_quantity CHECK (quantity > 0),
        PRIMARY KEY (workspace_id, batch_id, holder_kind, holder_id),
        FOREIGN KEY (workspace_id, batch_id) REFERENCES batches (workspace_id, id)
    )
    """,
    "CREATE INDEX stock_holds_holder ON stock_holds (workspace_id, holder_kind, holder_id)",
    """
    CREATE TABLE customers (
        workspace_id UUID NOT NULL,
        id UUID NOT NULL,
        name TEXT NOT NULL,
        contact TEXT NOT NULL DEFAULT '',
        note TEXT NOT NULL DEFAULT '',
        credit_limit NUMERIC(15, 2) CONSTRAINT customers_credit_limit CHECK (credit_limit >= 0),
        portal BOOLEAN NOT NULL DEFAULT false,
        version INTEGER NOT NULL DEFAULT 1,
        created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
        PRIMARY KEY (workspace_id, id),
        FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
    )
    """,
    "CREATE INDEX customers_name ON customers (workspace_id, lower(name), id)",
    "CREATE INDEX buyers_customer ON buyers (workspace_id, customer_id) WHERE customer_id IS NOT NULL",
    # What an item holds of its batch: comments never change it.
    """
    ALTER TABLE items ADD COLUMN batch_id UUID, ADD COLUMN reserved INTEGER NOT NULL DEFAULT 0,
        ADD CONSTRAINT items_reserved CHECK (reserved >= 0 AND (reserved = 0 OR batch_id IS NOT NULL)),
        ADD CONSTRAINT items_batch FOREIGN KEY (workspace_id, batch_id) REFERENCES batches (workspace_id, id)
    """,
    "CREATE INDEX items_batch ON items (workspace_id, batch_id) WHERE batch_id IS NOT NULL",
)


def upgrade() -> None:
    for statement in _UP:
        op.execute(statement)


def downgrade() -> None:
    op.execute("ALTER TABLE items DROP COLUMN batch_id, DROP COLUMN reserved")
    op.execute("DROP INDEX buyers_customer")
    for table in ("customers", "stock_holds", "stock_movements", "batches", "products"):
        op.execute(f"DROP TABLE {table}")
    op.execute("DROP FUNCTION stock_movements_are_append_only()")
