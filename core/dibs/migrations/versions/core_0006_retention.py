"""Shows know up to which of their comments the texts and names are gone."""

from __future__ import annotations

from alembic import op

revision = "core_0006"
down_revision = "core_0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE shows ADD COLUMN blanked_comment_no BIGINT DEFAULT '0' NOT NULL")


def downgrade() -> None:
    op.execute("ALTER TABLE shows DROP COLUMN blanked_comment_no")
