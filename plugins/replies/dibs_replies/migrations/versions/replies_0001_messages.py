"""What buyers are told, how fast, and in which shows."""

from __future__ import annotations

from alembic import op

revision = "replies_0001"
down_revision = None
branch_labels = ("replies",)
depends_on = None

_UP = (
    """
    CREATE TABLE replies_messages (
        workspace_id UUID NOT NULL,
        id UUID NOT NULL DEFAULT gen_random_uuid(),
        show_id UUID NOT NULL,
        claim_id UUID NOT NULL,
        outcome TEXT NOT NULL,
        way TEXT NOT NULL,
        no BIGINT GENERATED ALWAYS AS IDENTITY,
        buyer_id UUID,
        comment_no BIGINT NOT NULL,
        connection_id UUID,
        platform TEXT NOT NULL,
        quantity INTEGER NOT NULL,
        place INTEGER,
        state TEXT NOT NULL,
        reason TEXT,
        note TEXT,
        turn BIGINT NOT NULL DEFAULT 0,
        sender UUID,
        attempts INTEGER NOT NULL DEFAULT 0,
        message_id TEXT,
        created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
        changed_at TIMESTAMPTZ NOT NULL DEFAULT now(),
        PRIMARY KEY (workspace_id, id),
        CONSTRAINT replies_once UNIQUE (workspace_id, claim_id, outcome, way),
        CONSTRAINT replies_outcome CHECK (outcome IN ('won', 'waitlist', 'promoted', 'unmatched', 'declined')),
        CONSTRAINT replies_way CHECK (way IN ('public', 'private')),
        CONSTRAINT replies_state CHECK (state IN
            ('waiting', 'sending', 'sent', 'refused', 'unreachable', 'closed', 'unknown', 'held', 'skipped'))
    )
    """,
    "CREATE INDEX replies_show ON replies_messages (workspace_id, show_id, no)",
    "CREATE INDEX replies_comment ON replies_messages (workspace_id, show_id, comment_no, way)",
    """
    CREATE INDEX replies_undelivered ON replies_messages (workspace_id, show_id)
        WHERE state IN ('refused', 'unreachable', 'closed', 'unknown')
    """,
    """
    CREATE TABLE replies_pace (
        workspace_id UUID NOT NULL,
        connection_id UUID NOT NULL,
        way TEXT NOT NULL,
        next_at TIMESTAMPTZ NOT NULL,
        blocked_until TIMESTAMPTZ,
        turn BIGINT NOT NULL DEFAULT 1,
        PRIMARY KEY (workspace_id, connection_id, way)
    )
    """,
    """
    CREATE TABLE replies_shows (
        workspace_id UUID NOT NULL,
        show_id UUID NOT NULL,
        automatic BOOLEAN NOT NULL,
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
    for table in ("replies_shows", "replies_pace", "replies_messages"):
        op.drop_table(table)
