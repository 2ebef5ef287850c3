"""Stream tickets know the sign-in that they were made with, so that their streams end with it."""

from __future__ import annotations

from alembic import op

revision = "core_0002"
down_revision = "core_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE stream_tickets ADD COLUMN sign_in_id UUID, ADD COLUMN session_hash BYTEA")


def downgrade() -> None:
    op.execute("ALTER TABLE stream_tickets DROP COLUMN sign_in_id, DROP COLUMN session_hash")
