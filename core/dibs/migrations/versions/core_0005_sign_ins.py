"""Sign-ins know what they came from, on which device, and when their user last proved who they are."""

from __future__ import annotations

from alembic import op

revision = "core_0005"
down_revision = "core_0007"
branch_labels = None
depends_on = None

_HOW = """
ALTER TABLE {table}
    ADD COLUMN opened_by TEXT DEFAULT 'password' NOT NULL,
    ADD COLUMN device TEXT DEFAULT '' NOT NULL,
    ADD COLUMN confirmed_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    ADD COLUMN last_seen_at TIMESTAMP WITH TIME ZONE
"""
_TABLES = ("web_sessions", "refresh_tokens")


def upgrade() -> None:
    for table in _TABLES:
        op.execute(_HOW.format(table=table))
        op.execute(f"UPDATE {table} SET confirmed_at = created_at")
    op.execute("ALTER TABLE web_sessions ADD COLUMN id UUID DEFAULT gen_random_uuid() NOT NULL UNIQUE")
    op.execute("ALTER TABLE auth_challenges ALTER COLUMN user_id DROP NOT NULL")


def downgrade() -> None:
    op.execute("DELETE FROM auth_challenges WHERE user_id IS NULL")
    op.execute("ALTER TABLE auth_challenges ALTER COLUMN user_id SET NOT NULL")
    op.execute("ALTER TABLE web_sessions DROP COLUMN id")
    for table in _TABLES:
        op.execute(
            f"ALTER TABLE {table} DROP COLUMN opened_by, DROP COLUMN device, DROP COLUMN confirmed_at, "
            "DROP COLUMN last_seen_at"
        )
