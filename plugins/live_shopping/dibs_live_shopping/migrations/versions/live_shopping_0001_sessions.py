"""Sessions, the lines of their carts, overrides, negotiations, and what the warehouse has fetched."""

from __future__ import annotations

from alembic import op

revision = "live_shopping_0001"
down_revision = None
branch_labels = ("live_shopping",)
depends_on = None

_UP = (
    """
    CREATE TABLE live_sessions (
        workspace_id UUID NOT NULL,
        id UUID NOT NULL,
        customer_id UUID,
        buyer_id UUID,
        show_id UUID,
        host_id UUID,
        host_name TEXT NOT NULL DEFAULT '',
        title TEXT NOT NULL,
        notes TEXT NOT NULL DEFAULT '',
        room_code TEXT NOT NULL,
        status TEXT NOT NULL DEFAULT 'scheduled',
        scheduled_at TIMESTAMPTZ,
        timeout_minutes INTEGER NOT NULL,
        last_activity_at TIMESTAMPTZ NOT NULL DEFAULT now(),
        expires_at TIMESTAMPTZ,
        warned_at TIMESTAMPTZ,
        extensions INTEGER NOT NULL DEFAULT 0,
        started_at TIMESTAMPTZ,
        ended_at TIMESTAMPTZ,
        end_reason TEXT NOT NULL DEFAULT '',
        joined_at TIMESTAMPTZ,
        seen_at TIMESTAMPTZ,
        kicked_at TIMESTAMPTZ,
        kick_reason TEXT NOT NULL DEFAULT '',
        checkout_requested_at TIMESTAMPTZ,
        order_id UUID,
        copied_from UUID,
        version INTEGER NOT NULL DEFAULT 1,
        created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
        PRIMARY KEY (workspace_id, id),
        CONSTRAINT live_sessions_room UNIQUE (workspace_id, room_code),
        CONSTRAINT live_sessions_status CHECK (status IN
            ('scheduled', 'active', 'paused', 'ended', 'converted', 'cancelled', 'expired')),
        CONSTRAINT live_sessions_who CHECK (customer_id IS NOT NULL OR buyer_id IS NOT NULL),
        CONSTRAINT live_sessions_timeout CHECK (timeout_minutes BETWEEN 0 AND 10080),
        CONSTRAINT live_sessions_order CHECK ((status = 'converted') = (order_id IS NOT NULL))
    )
    """,
    "CREATE INDEX live_sessions_newest ON live_sessions (workspace_id, status, id)",
    "CREATE INDEX live_sessions_customer ON live_sessions (workspace_id, customer_id, status)",
    """
    CREATE UNIQUE INDEX live_sessions_of_show ON live_sessions (workspace_id, show_id, buyer_id)
        WHERE show_id IS NOT NULL AND status IN ('scheduled', 'active', 'paused')
    """,
    """
    CREATE INDEX live_sessions_expiring ON live_sessions (workspace_id, expires_at)
        WHERE status IN ('active', 'paused') AND expires_at IS NOT NULL
    """,
    """
    CREATE INDEX live_sessions_converted ON live_sessions (workspace_id, ended_at) WHERE status = 'converted'
    """,
    """
    CREATE INDEX live_sessions_copied ON live_sessions (workspace_id, copied_from) WHERE copied_from IS NOT NULL
    """,
    """
    CREATE TABLE live_lines (
        workspace_id UUID NOT NULL,
        id UUID NOT NULL,
        session_id UUID NOT NULL,
        batch_id UUID,
        product_id UUID,
        claim_id UUID,
        name TEXT NOT NULL,
        category TEXT,
        unit TEXT NOT NULL DEFAULT '',
        picture_url TEXT,
        quantity NUMERIC(15, 4) NOT NULL,
        price NUMERIC(15, 2),
        price_source TEXT,
        price_detail TEXT NOT NULL DEFAULT '',
        price_notes TEXT[] NOT NULL DEFAULT '{}',
        price_warnings TEXT[] NOT NULL DEFAULT '{}',
        price_before NUMERIC(15, 2),
        needs_confirmation BOOLEAN NOT NULL DEFAULT false,
        sample BOOLEAN NOT NULL DEFAULT false,
        intent TEXT NOT NULL DEFAULT 'to_purchase',
        highlighted BOOLEAN NOT NULL DEFAULT false,
        added_by TEXT NOT NULL,
        added_by_name TEXT NOT NULL DEFAULT '',
        picked_at TIMESTAMPTZ,
        picked_by TEXT NOT NULL DEFAULT '',
        version INTEGER NOT NULL DEFAULT 1,
        created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
        PRIMARY KEY (workspace_id, id),
        CONSTRAINT live_lines_quantity CHECK (quantity > 0),
        CONSTRAINT live_lines_price CHECK (price >= 0),
        CONSTRAINT live_lines_intent CHECK (intent IN ('sample_request', 'interested', 'to_purchase')),
        CONSTRAINT live_lines_added CHECK (added_by IN ('host', 'customer', 'show')),
        CONSTRAINT live_lines_sample CHECK (sample = (intent = 'sample_request')),
        FOREIGN KEY (workspace_id, session_id) REFERENCES live_sessions (workspace_id, id)
    )
    """,
    "CREATE INDEX live_lines_session ON live_lines (workspace_id, session_id, id)",
    "CREATE UNIQUE INDEX live_lines_claim ON live_lines (workspace_id, claim_id) WHERE claim_id IS NOT NULL",
    """
    CREATE TABLE live_overrides (
        workspace_id UUID NOT NULL,
        id UUID NOT NULL,
        session_id UUID NOT NULL,
        product_id UUID NOT NULL,
        batch_id UUID,
        price NUMERIC(15, 2) NOT NULL,
        reason TEXT NOT NULL DEFAULT '',
        set_by TEXT NOT NULL DEFAULT '',
        set_at TIMESTAMPTZ NOT NULL DEFAULT now(),
        PRIMARY KEY (workspace_id, id),
        CONSTRAINT live_overrides_price CHECK (price >= 0),
        CONSTRAINT live_overrides_one UNIQUE NULLS NOT DISTINCT (workspace_id, session_id, product_id, batch_id),
        FOREIGN KEY (workspace_id, session_id) REFERENCES live_sessions (workspace_id, id)
    )
    """,
    """
    CREATE TABLE live_proposals (
        workspace_id UUID NOT NULL,
        id UUID NOT NULL,
        session_id UUID NOT NULL,
        line_id UUID NOT NULL,
        made_by TEXT NOT NULL,
        made_by_name TEXT NOT NULL DEFAULT '',
        price NUMERIC(15, 2) NOT NULL,
        quantity NUMERIC(15, 4) NOT NULL,
        message TEXT NOT NULL DEFAULT '',
        state TEXT NOT NULL DEFAULT 'pending',
        answers UUID,
        made_at TIMESTAMPTZ NOT NULL DEFAULT now(),
        answered_at TIMESTAMPTZ,
        PRIMARY KEY (workspace_id, id),
        CONSTRAINT live_proposals_by CHECK (made_by IN ('host', 'customer')),
        CONSTRAINT live_proposals_price CHECK (price >= 0),
        CONSTRAINT live_proposals_quantity CHECK (quantity > 0),
        CONSTRAINT live_proposals_state CHECK (state IN
            ('pending', 'accepted', 'rejected', 'countered', 'withdrawn', 'closed')),
        FOREIGN KEY (workspace_id, session_id) REFERENCES live_sessions (workspace_id, id)
    )
    """,
    "CREATE INDEX live_proposals_session ON live_proposals (workspace_id, session_id, id)",
    """
    CREATE UNIQUE INDEX live_proposals_pending ON live_proposals (workspace_id, line_id) WHERE state = 'pending'
    """,
    """
    CREATE TABLE live_shows (
        workspace_id UUID NOT NULL,
        show_id UUID NOT NULL,
        followed_at TIMESTAMPTZ NOT NULL DEFAULT now(),
        PRIMARY KEY (workspace_id, show_id)
    )
    """,
)


def upgrade() -> None:
    """Make the tables."""
    for statement in _UP:
        op.execute(statement)


def downgrade() -> None:
    """Remove them."""
    for table in ("live_shows", "live_proposals", "live_overrides", "live_lines", "live_sessions"):
        op.drop_table(table)
