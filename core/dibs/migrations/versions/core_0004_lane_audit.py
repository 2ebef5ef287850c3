"""The rows of the audit log travel with the lane's one statement."""

from __future__ import annotations

from alembic import op

revision = "core_0004"
down_revision = "core_0006"
branch_labels = None
depends_on = None

_TYPE = """
CREATE TYPE lane_audit AS (
    id uuid,
    actor_id uuid,
    actor_name text,
    action text,
    entity text,
    entity_id text,
    show_id uuid,
    before text,
    after text,
    undo text,
    undoes uuid,
    request_key bytea,
    request_id text
)
"""


def upgrade() -> None:
    op.execute(_TYPE)


def downgrade() -> None:
    op.execute("DROP TYPE lane_audit")
