"""What was done is found in the audit log by its action without reading the rest."""

from __future__ import annotations

from alembic import op

revision = "core_0010"
down_revision = "core_0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE INDEX audit_log_action ON audit_log (workspace_id, action, id)")


def downgrade() -> None:
    op.execute("DROP INDEX audit_log_action")
