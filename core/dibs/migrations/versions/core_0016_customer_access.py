"""How customers come in: links and codes that staff send, and what they are signed in with."""

from __future__ import annotations

from alembic import op

revision = "core_0016"
down_revision = "core_0015"
branch_labels = None
depends_on = None

_UP = (
    """
    CREATE TABLE customer_links (
        workspace_id UUID NOT NULL,
        id UUID NOT NULL,
        customer_id UUID NOT NULL,
        token_hash BYTEA NOT NULL,
        code_name TEXT NOT NULL,
        code_hash BYTEA NOT NULL,
        wrong_codes INTEGER NOT NULL DEFAULT 0,
        created_by UUID,
        created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
        expires_at TIMESTAMPTZ NOT NULL,
        used_at TIMESTAMPTZ,
        PRIMARY KEY (workspace_id, id),
        CONSTRAINT customer_links_token UNIQUE (token_hash),
        CONSTRAINT customer_links_code UNIQUE (code_name),
        CONSTRAINT customer_links_wrong CHECK (wrong_codes >= 0),
        FOREIGN KEY (workspace_id, customer_id) REFERENCES customers (workspace_id, id)
    )
    """,
    "CREATE INDEX customer_links_customer ON customer_links (workspace_id, customer_id)",
    """
    CREATE TABLE customer_sessions (
        workspace_id UUID NOT NULL,
        id UUID NOT NULL,
        customer_id UUID NOT NULL,
        token_hash BYTEA NOT NULL,
        created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
        seen_at TIMESTAMPTZ NOT NULL DEFAULT now(),
        expires_at TIMESTAMPTZ NOT NULL,
        ended_at TIMESTAMPTZ,
        PRIMARY KEY (workspace_id, id),
        CONSTRAINT customer_sessions_token UNIQUE (token_hash),
        FOREIGN KEY (workspace_id, customer_id) REFERENCES customers (workspace_id, id)
    )
    """,
    "CREATE INDEX customer_sessions_customer ON customer_sessions (workspace_id, customer_id)",
)


def upgrade() -> None:
    for statement in _UP:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE customer_sessions")
    op.execute("DROP TABLE customer_links")
