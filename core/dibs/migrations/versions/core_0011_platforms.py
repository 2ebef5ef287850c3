"""Accounts at platforms, the streams that shows listen to, and what platforms send by themselves."""

from __future__ import annotations

from alembic import op

revision = "core_0011"
down_revision = "core_0008"
branch_labels = None
depends_on = None

_UP = (
    """
    CREATE TABLE connections (
        workspace_id UUID NOT NULL,
        id UUID NOT NULL,
        platform TEXT NOT NULL,
        account_id TEXT NOT NULL,
        name TEXT NOT NULL DEFAULT '',
        status TEXT NOT NULL DEFAULT 'connected',
        token BYTEA,
        token_expires_at TIMESTAMPTZ,
        data_access_until TIMESTAMPTZ,
        scopes TEXT[] NOT NULL DEFAULT '{}',
        missing TEXT[] NOT NULL DEFAULT '{}',
        user_id TEXT NOT NULL DEFAULT '',
        details JSONB NOT NULL DEFAULT '{}',
        last_success_at TIMESTAMPTZ,
        last_error_at TIMESTAMPTZ,
        last_error_reason TEXT,
        last_error TEXT,
        checked_at TIMESTAMPTZ,
        refreshed_at TIMESTAMPTZ,
        check_began_at TIMESTAMPTZ,
        warned_at TIMESTAMPTZ,
        ignored_count BIGINT NOT NULL DEFAULT 0,
        connected_by UUID,
        version INTEGER NOT NULL DEFAULT 1,
        created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
        PRIMARY KEY (workspace_id, id),
        CONSTRAINT connections_account UNIQUE (workspace_id, platform, account_id),
        CONSTRAINT connections_status CHECK (status IN ('connected', 'reconnect', 'disconnected')),
        CONSTRAINT connections_token CHECK (status <> 'connected' OR token IS NOT NULL),
        FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
    )
    """,
    "CREATE INDEX connections_routing ON connections (platform, account_id)",
    "CREATE INDEX connections_user ON connections (platform, user_id)",
    """
    CREATE TABLE oauth_states (
        workspace_id UUID NOT NULL,
        state_hash BYTEA NOT NULL,
        platform TEXT NOT NULL,
        user_id UUID NOT NULL,
        session_hash BYTEA NOT NULL,
        connection_id UUID,
        return_to TEXT NOT NULL DEFAULT '',
        created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
        expires_at TIMESTAMPTZ NOT NULL,
        PRIMARY KEY (workspace_id, state_hash),
        CONSTRAINT oauth_states_state UNIQUE (state_hash)
    )
    """,
    """
    CREATE TABLE oauth_results (
        workspace_id UUID NOT NULL,
        id UUID NOT NULL,
        platform TEXT NOT NULL,
        user_id UUID NOT NULL,
        session_hash BYTEA NOT NULL,
        outcome TEXT NOT NULL,
        message TEXT NOT NULL DEFAULT '',
        accounts BYTEA,
        report JSONB NOT NULL DEFAULT '{}',
        connection_id UUID,
        return_to TEXT NOT NULL DEFAULT '',
        created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
        expires_at TIMESTAMPTZ NOT NULL,
        PRIMARY KEY (workspace_id, id)
    )
    """,
    """
    ALTER TABLE streams
        ADD COLUMN connection_id UUID,
        ADD COLUMN title TEXT NOT NULL DEFAULT '',
        ADD COLUMN url TEXT NOT NULL DEFAULT '',
        ADD COLUMN alternate_ids TEXT[] NOT NULL DEFAULT '{}',
        ADD COLUMN status TEXT NOT NULL DEFAULT 'idle'
            CONSTRAINT streams_status CHECK (status IN ('idle', 'waiting', 'reading', 'trouble', 'ended')),
        ADD COLUMN position JSONB NOT NULL DEFAULT '{}',
        ADD COLUMN viewers INTEGER,
        ADD COLUMN comments_seen BIGINT NOT NULL DEFAULT 0,
        ADD COLUMN last_comment_at TIMESTAMPTZ,
        ADD COLUMN last_look_at TIMESTAMPTZ,
        ADD COLUMN trouble_at TIMESTAMPTZ,
        ADD COLUMN trouble_reason TEXT,
        ADD COLUMN trouble TEXT,
        ADD COLUMN quiet_at TIMESTAMPTZ,
        ADD COLUMN choices JSONB NOT NULL DEFAULT '[]',
        ADD COLUMN shared BOOLEAN NOT NULL DEFAULT false,
        ADD COLUMN version INTEGER NOT NULL DEFAULT 1,
        DROP CONSTRAINT streams_live,
        ADD CONSTRAINT streams_live UNIQUE NULLS NOT DISTINCT
            (workspace_id, show_id, platform, connection_id, live_id)
    """,
    "CREATE INDEX streams_connection ON streams (workspace_id, connection_id)",
    """
    CREATE INDEX streams_open ON streams (workspace_id, show_id) WHERE status IN ('waiting', 'reading', 'trouble')
    """,
    "CREATE INDEX shows_running ON shows (workspace_id, id) WHERE status IN ('active', 'paused')",
    """
    CREATE TABLE stream_leases (
        workspace_id UUID NOT NULL,
        stream_id UUID NOT NULL,
        owner TEXT NOT NULL,
        fence BIGINT NOT NULL,
        expires_at TIMESTAMPTZ NOT NULL,
        PRIMARY KEY (workspace_id, stream_id)
    )
    """,
    """
    CREATE TABLE webhook_inbox (
        id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        platform TEXT NOT NULL,
        headers JSONB NOT NULL DEFAULT '{}',
        body BYTEA NOT NULL,
        received_at TIMESTAMPTZ NOT NULL DEFAULT now(),
        attempts INTEGER NOT NULL DEFAULT 0,
        taken_until TIMESTAMPTZ,
        done_at TIMESTAMPTZ,
        note TEXT
    )
    """,
    "CREATE INDEX webhook_inbox_open ON webhook_inbox (id) WHERE done_at IS NULL",
    "CREATE INDEX webhook_inbox_done ON webhook_inbox (done_at) WHERE done_at IS NOT NULL",
    "CREATE INDEX webhook_inbox_noted ON webhook_inbox (id) WHERE note IS NOT NULL",
    """
    CREATE TABLE erasures (
        code TEXT PRIMARY KEY,
        platform TEXT NOT NULL,
        user_id TEXT NOT NULL,
        requested_at TIMESTAMPTZ NOT NULL DEFAULT now(),
        done_at TIMESTAMPTZ,
        erased JSONB NOT NULL DEFAULT '{}'
    )
    """,
    "CREATE INDEX erasures_open ON erasures (requested_at) WHERE done_at IS NULL",
    "ALTER TABLE buyers ADD COLUMN erased_at TIMESTAMPTZ",
    "CREATE INDEX buyers_erased ON buyers (workspace_id, id) WHERE erased_at IS NOT NULL",
    """
    CREATE TABLE erasure_work (
        workspace_id UUID NOT NULL,
        id UUID NOT NULL,
        code TEXT,
        platform TEXT NOT NULL,
        user_id TEXT NOT NULL,
        last_show_id UUID,
        begun_at TIMESTAMPTZ NOT NULL DEFAULT now(),
        PRIMARY KEY (workspace_id, id)
    )
    """,
    # An entry stays for good; what it says of somebody who is to be forgotten may be blanked, and only that.
    "DROP TRIGGER audit_log_append_only ON audit_log",
    """
    CREATE OR REPLACE FUNCTION audit_log_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'UPDATE' AND current_setting('dibs.erasing', true) = 'on' THEN
            IF TG_LEVEL = 'STATEMENT' THEN
                RETURN NULL;
            ELSIF to_jsonb(NEW) - 'before' - 'after' = to_jsonb(OLD) - 'before' - 'after' THEN
                RETURN NEW;
            END IF;
        END IF;
        RAISE EXCEPTION 'the audit log is append-only';
    END
    $$
    """,
    """
    CREATE TRIGGER audit_log_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
        FOR EACH STATEMENT EXECUTE FUNCTION audit_log_is_append_only()
    """,
    """
    CREATE TRIGGER audit_log_keeps_its_entries BEFORE UPDATE ON audit_log
        FOR EACH ROW EXECUTE FUNCTION audit_log_is_append_only()
    """,
    "ALTER TABLE comments ADD COLUMN edited_text TEXT, ADD COLUMN removed_at TIMESTAMPTZ",
    """
    CREATE TABLE relay_positions (
        workspace_id UUID NOT NULL,
        topic TEXT NOT NULL,
        epoch TEXT NOT NULL,
        seq BIGINT NOT NULL DEFAULT 0,
        PRIMARY KEY (workspace_id, topic)
    )
    """,
)


def upgrade() -> None:
    for statement in _UP:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TRIGGER audit_log_keeps_its_entries ON audit_log")
    op.execute(
        """
        CREATE OR REPLACE FUNCTION audit_log_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'the audit log is append-only';
        END
        $$
        """
    )
    op.execute("DROP INDEX buyers_erased")
    op.execute("ALTER TABLE buyers DROP COLUMN erased_at")
    op.execute("ALTER TABLE comments DROP COLUMN edited_text, DROP COLUMN removed_at")
    oauth = ("oauth_results", "oauth_states")
    for table in (
        "relay_positions",
        "erasure_work",
        "erasures",
        "webhook_inbox",
        "stream_leases",
        *oauth,
        "connections",
    ):
        op.execute(f"DROP TABLE {table}")
    for index in ("streams_connection", "streams_open", "shows_running"):
        op.execute(f"DROP INDEX {index}")
    op.execute(
        """
        ALTER TABLE streams DROP CONSTRAINT streams_live, DROP COLUMN connection_id, DROP COLUMN title,
            DROP COLUMN url, DROP COLUMN alternate_ids, DROP COLUMN status, DROP COLUMN position, DROP COLUMN viewers,
            DROP COLUMN comments_seen, DROP COLUMN last_comment_at, DROP COLUMN last_look_at, DROP COLUMN trouble_at,
            DROP COLUMN trouble_reason, DROP COLUMN trouble, DROP COLUMN quiet_at, DROP COLUMN choices,
            DROP COLUMN shared, DROP COLUMN version,
            ADD CONSTRAINT streams_live UNIQUE (workspace_id, show_id, platform, live_id)
        """
    )
