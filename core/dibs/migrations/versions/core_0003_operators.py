"""What operators need: the audit log, idempotency keys, what is known of buyers, second factors, invitations."""

from __future__ import annotations

from alembic import op

revision = "core_0003"
down_revision = "core_0002"
branch_labels = None
depends_on = None

_COLUMNS = """
ALTER TABLE buyers
    ADD COLUMN note TEXT DEFAULT '' NOT NULL,
    ADD COLUMN tags TEXT[] DEFAULT '{}' NOT NULL,
    ADD COLUMN blocked_at TIMESTAMP WITH TIME ZONE,
    ADD COLUMN blocked_reason TEXT,
    ADD COLUMN merged_into UUID,
    ADD COLUMN version INTEGER DEFAULT '1' NOT NULL,
    ADD CONSTRAINT buyers_not_into_itself CHECK (merged_into <> id);

CREATE INDEX buyers_merged ON buyers (workspace_id, merged_into) WHERE merged_into IS NOT NULL;

ALTER TABLE shows
    ADD COLUMN practice BOOLEAN DEFAULT false NOT NULL,
    ADD COLUMN practice_until TIMESTAMP WITH TIME ZONE,
    ADD COLUMN scheduled_at TIMESTAMP WITH TIME ZONE;

CREATE INDEX shows_list ON shows (workspace_id, created_at, id);

ALTER TABLE workspaces ADD COLUMN version INTEGER DEFAULT '1' NOT NULL;

ALTER TABLE users
    ADD COLUMN language TEXT,
    ADD COLUMN totp_secret BYTEA,
    ADD COLUMN totp_confirmed_at TIMESTAMP WITH TIME ZONE,
    ADD COLUMN totp_last_step BIGINT,
    ADD COLUMN instance_operator BOOLEAN DEFAULT false NOT NULL;

UPDATE users SET instance_operator = true WHERE id = (SELECT id FROM users ORDER BY created_at, id LIMIT 1);
"""

_TABLES = """
CREATE TABLE audit_log (
    workspace_id UUID NOT NULL,
    id UUID NOT NULL,
    at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    actor_id UUID,
    actor_name TEXT DEFAULT '' NOT NULL,
    action TEXT NOT NULL,
    entity TEXT NOT NULL,
    entity_id TEXT,
    show_id UUID,
    before JSONB,
    after JSONB,
    undo JSONB,
    undoes UUID,
    request_key BYTEA,
    request_id TEXT,
    PRIMARY KEY (workspace_id, id)
);

CREATE INDEX audit_log_show ON audit_log (workspace_id, show_id, id);

CREATE INDEX audit_log_actor ON audit_log (workspace_id, actor_id, id);

CREATE INDEX audit_log_entity ON audit_log (workspace_id, entity, entity_id, id);

CREATE UNIQUE INDEX audit_log_undone_once ON audit_log (workspace_id, undoes) WHERE undoes IS NOT NULL;

CREATE UNIQUE INDEX audit_log_request ON audit_log (workspace_id, request_key) WHERE request_key IS NOT NULL;

CREATE TABLE idempotency_keys (
    owner TEXT NOT NULL,
    key_hash BYTEA NOT NULL,
    request_hash BYTEA NOT NULL,
    status SMALLINT,
    answer BYTEA,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    PRIMARY KEY (owner, key_hash)
);

CREATE TABLE passkeys (
    user_id UUID NOT NULL REFERENCES users (id),
    credential_id BYTEA NOT NULL,
    public_key BYTEA NOT NULL,
    sign_count BIGINT DEFAULT '0' NOT NULL,
    name TEXT DEFAULT '' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    last_used_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (credential_id)
);

CREATE INDEX passkeys_user ON passkeys (user_id);

CREATE TABLE recovery_codes (
    user_id UUID NOT NULL REFERENCES users (id),
    code_hash BYTEA NOT NULL,
    used_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (user_id, code_hash)
);

CREATE TABLE auth_challenges (
    token_hash BYTEA NOT NULL,
    user_id UUID NOT NULL REFERENCES users (id),
    purpose TEXT NOT NULL,
    data JSONB DEFAULT '{}' NOT NULL,
    attempts INTEGER DEFAULT '0' NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    used_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (token_hash)
);

CREATE TABLE invitations (
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    id UUID NOT NULL,
    token_hash BYTEA NOT NULL UNIQUE,
    role TEXT NOT NULL,
    email TEXT,
    invited_by UUID NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    accepted_at TIMESTAMP WITH TIME ZONE,
    accepted_by UUID,
    revoked_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (workspace_id, id),
    CONSTRAINT invitations_role CHECK (role IN ('owner', 'admin', 'operator', 'viewer'))
);
"""

# The application has no statement that changes the log; this holds also for one that is added by mistake.
_APPEND_ONLY = (
    """
CREATE FUNCTION audit_log_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is append-only';
END
$$
""",
    """
CREATE TRIGGER audit_log_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION audit_log_is_append_only()
""",
)
_NEW_TABLES = ("audit_log", "idempotency_keys", "passkeys", "recovery_codes", "auth_challenges", "invitations")


def upgrade() -> None:
    for statement in (_COLUMNS + _TABLES).split(";\n"):
        if statement.strip():
            op.execute(statement)
    for statement in _APPEND_ONLY:
        op.execute(statement)


def downgrade() -> None:
    for table in _NEW_TABLES:
        op.execute(f"DROP TABLE {table}")
    op.execute("DROP FUNCTION audit_log_is_append_only()")
    op.execute(
        "ALTER TABLE users DROP COLUMN language, DROP COLUMN totp_secret, DROP COLUMN totp_confirmed_at, "
        "DROP COLUMN totp_last_step, DROP COLUMN instance_operator"
    )
    op.execute("ALTER TABLE workspaces DROP COLUMN version")
    op.execute("DROP INDEX shows_list")
    op.execute("ALTER TABLE shows DROP COLUMN practice, DROP COLUMN practice_until, DROP COLUMN scheduled_at")
    op.execute(
        "ALTER TABLE buyers DROP COLUMN note, DROP COLUMN tags, DROP COLUMN blocked_at, DROP COLUMN blocked_reason, "
        "DROP COLUMN merged_into, DROP COLUMN version"
    )
