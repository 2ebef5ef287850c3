"""The riddles that were asked."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "wordplay_0001"
down_revision = None
branch_labels = ("wordplay",)
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "wordplay_riddles",
        sa.Column("workspace_id", sa.Uuid, sa.ForeignKey("workspaces.id"), primary_key=True),
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("answer", sa.Text, nullable=False),
    )


def downgrade() -> None:
    """Remove it, and nothing else."""
    op.drop_table("wordplay_riddles")
