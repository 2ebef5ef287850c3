"""What undoing a merge of buyers needs, and the ways to find buyers by name and claims by buyer."""

from __future__ import annotations

from alembic import op

revision = "core_0007"
down_revision = "core_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "ALTER TABLE buyers ADD COLUMN merge_parent UUID, "
        "ADD CONSTRAINT buyers_merge CHECK ((merge_parent IS NULL) = (merged_into IS NULL))"
    )
    op.execute("CREATE INDEX buyers_list ON buyers (workspace_id, lower(handle), id) WHERE merged_into IS NULL")
    op.execute("CREATE INDEX claims_buyer ON claims (workspace_id, buyer_id, id)")


def downgrade() -> None:
    op.execute("DROP INDEX claims_buyer")
    op.execute("DROP INDEX buyers_list")
    op.execute("ALTER TABLE buyers DROP CONSTRAINT buyers_merge, DROP COLUMN merge_parent")
