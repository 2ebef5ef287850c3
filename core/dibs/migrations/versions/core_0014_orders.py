"""Orders: made from carts and won claims, numbered without gaps, shown by link."""

from __future__ import annotations

from alembic import op

revision = "core_0014"
down_revision = "core_0013"
branch_labels = None
depends_on = None

_UP = (
    """
    CREATE TABLE orders (
        workspace_id UUID NOT NULL,
        id UUID NOT NULL,
        number BIGINT NOT NULL,
        origin TEXT NOT NULL,
        status TEXT NOT NULL DEFAULT 'open',
        source_kind TEXT NOT NULL,
        source_id UUID NOT NULL,
        customer_id UUID,
        buyer_id UUID,
        show_id UUID,
        name TEXT NOT NULL DEFAULT '',
        contact TEXT NOT NULL DEFAULT '',
        currency TEXT NOT NULL,
        total NUMERIC(15, 2) NOT NULL,
        note TEXT NOT NULL DEFAULT '',
        created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
        created_by UUID,
        created_by_name TEXT NOT NULL DEFAULT '',
        paid_at TIMESTAMPTZ,
        cancelled_at TIMESTAMPTZ,
        cancel_reason TEXT,
        credit_reason TEXT,
        version INTEGER NOT NULL DEFAULT 1,
        PRIMARY KEY (workspace_id, id),
        CONSTRAINT orders_number UNIQUE (workspace_id, number),
        CONSTRAINT orders_status CHECK (status IN ('open', 'paid', 'cancelled')),
        CONSTRAINT orders_origin CHECK (origin IN ('LIVE_SHOPPING', 'SHOW', 'MANUAL')),
        CONSTRAINT orders_total CHECK (total >= 0),
        FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
        FOREIGN KEY (workspace_id, customer_id) REFERENCES customers (workspace_id, id)
    )
    """,
    """
    CREATE UNIQUE INDEX orders_once ON orders (workspace_id, source_kind, source_id) WHERE status <> 'cancelled'
    """,
    "CREATE INDEX orders_customer ON orders (workspace_id, customer_id, status)",
    "CREATE INDEX orders_buyer ON orders (workspace_id, buyer_id)",
    "CREATE INDEX orders_show ON orders (workspace_id, show_id) WHERE show_id IS NOT NULL",
    """
    CREATE TABLE order_lines (
        workspace_id UUID NOT NULL,
        order_id UUID NOT NULL,
        line_no INTEGER NOT NULL,
        batch_id UUID,
        product_id UUID,
        claim_id UUID,
        of_claim_id UUID,
        item_id UUID,
        name TEXT NOT NULL,
        unit TEXT NOT NULL DEFAULT '',
        quantity NUMERIC(15, 4) NOT NULL,
        price NUMERIC(15, 2) NOT NULL,
        price_source TEXT NOT NULL,
        unit_cost NUMERIC(15, 2),
        sample BOOLEAN NOT NULL DEFAULT false,
        total NUMERIC(15, 2) NOT NULL,
        PRIMARY KEY (workspace_id, order_id, line_no),
        CONSTRAINT order_lines_quantity CHECK (quantity > 0),
        CONSTRAINT order_lines_price CHECK (price >= 0 AND total >= 0),
        FOREIGN KEY (workspace_id, order_id) REFERENCES orders (workspace_id, id),
        FOREIGN KEY (workspace_id, batch_id) REFERENCES batches (workspace_id, id)
    )
    """,
    "CREATE UNIQUE INDEX order_lines_claim ON order_lines (workspace_id, claim_id) WHERE claim_id IS NOT NULL",
    "CREATE INDEX order_lines_batch ON order_lines (workspace_id, batch_id) WHERE batch_id IS NOT NULL",
    """
    CREATE TABLE order_counters (
        workspace_id UUID NOT NULL PRIMARY KEY REFERENCES workspaces (id),
        last_number BIGINT NOT NULL
    )
    """,
    """
    CREATE TABLE order_links (
        workspace_id UUID NOT NULL,
        id UUID NOT NULL,
        order_id UUID NOT NULL,
        token_hash BYTEA NOT NULL,
        created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
        expires_at TIMESTAMPTZ NOT NULL,
        revoked_at TIMESTAMPTZ,
        PRIMARY KEY (workspace_id, id),
        CONSTRAINT order_links_token UNIQUE (token_hash),
        FOREIGN KEY (workspace_id, order_id) REFERENCES orders (workspace_id, id)
    )
    """,
    "CREATE INDEX order_links_order ON order_links (workspace_id, order_id)",
    # Won units that were ordered: they are reserved no more, and nobody can release them.
    """
    ALTER TABLE items ADD COLUMN sold INTEGER NOT NULL DEFAULT 0,
        ADD CONSTRAINT items_sold CHECK (sold BETWEEN 0 AND claimed_count)
    """,
    """
    ALTER TABLE claims ADD COLUMN order_id UUID,
        ADD CONSTRAINT claims_ordered CHECK (order_id IS NULL OR status = 'winner')
    """,
    "CREATE INDEX claims_ordered ON claims (workspace_id, show_id, order_id) WHERE order_id IS NOT NULL",
)


def upgrade() -> None:
    for statement in _UP:
        op.execute(statement)


def downgrade() -> None:
    op.execute("ALTER TABLE claims DROP COLUMN order_id")
    op.execute("ALTER TABLE items DROP COLUMN sold")
    for table in ("order_links", "order_counters", "order_lines", "orders"):
        op.execute(f"DROP TABLE {table}")
