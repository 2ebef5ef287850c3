"""The foundation: accounts, shows, comments, claims, events, flags."""

from __future__ import annotations

from alembic import op

revision = "core_0001"
down_revision = None
branch_labels = ("core",)
depends_on = None

_TABLES = """
CREATE TABLE buyers (
    workspace_id UUID NOT NULL,
    id UUID NOT NULL,
    platform TEXT NOT NULL,
    platform_user_id TEXT NOT NULL,
    handle TEXT DEFAULT '' NOT NULL,
    customer_id UUID,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    PRIMARY KEY (workspace_id, id),
    CONSTRAINT buyers_identity UNIQUE (workspace_id, platform, platform_user_id)
);

CREATE TABLE claims (
    workspace_id UUID NOT NULL,
    id UUID NOT NULL,
    show_id UUID NOT NULL,
    item_id UUID,
    item_number TEXT NOT NULL,
    variant TEXT DEFAULT '' NOT NULL,
    buyer_id UUID,
    comment_no BIGINT,
    act SMALLINT DEFAULT '0' NOT NULL,
    part INTEGER DEFAULT '0' NOT NULL,
    decision_no BIGINT NOT NULL,
    kind TEXT DEFAULT 'claim' NOT NULL,
    quantity INTEGER NOT NULL,
    status TEXT NOT NULL,
    place BIGINT,
    rule TEXT DEFAULT '' NOT NULL,
    confidence DOUBLE PRECISION DEFAULT '1' NOT NULL,
    reason TEXT,
    left_before INTEGER,
    ahead INTEGER,
    posted_at TIMESTAMP WITH TIME ZONE NOT NULL,
    decided_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (workspace_id, id),
    CONSTRAINT claims_quantity CHECK (quantity > 0),
    CONSTRAINT claims_place CHECK ((status = 'waitlist') = (place IS NOT NULL)),
    CONSTRAINT claims_status CHECK (
        status IN ('winner', 'waitlist', 'unmatched', 'review', 'released', 'passed', 'declined')
    )
);

CREATE UNIQUE INDEX claims_decided ON claims (workspace_id, show_id, decision_no);

CREATE INDEX claims_item ON claims (workspace_id, item_id, status, place);

CREATE UNIQUE INDEX claims_once ON claims (workspace_id, show_id, comment_no, act, part);

CREATE INDEX claims_unmatched ON claims (workspace_id, show_id, posted_at) WHERE status = 'unmatched';

CREATE TABLE comments (
    workspace_id UUID NOT NULL,
    show_id UUID NOT NULL,
    comment_no BIGINT NOT NULL,
    comment_key TEXT NOT NULL,
    platform TEXT NOT NULL,
    live_id TEXT DEFAULT '' NOT NULL,
    comment_id TEXT,
    buyer_id UUID,
    author_id TEXT,
    author_name TEXT DEFAULT '' NOT NULL,
    text TEXT NOT NULL,
    posted_at TIMESTAMP WITH TIME ZONE NOT NULL,
    received_at TIMESTAMP WITH TIME ZONE NOT NULL,
    verdict TEXT NOT NULL,
    rule TEXT,
    reason TEXT,
    late BOOLEAN DEFAULT false NOT NULL,
    PRIMARY KEY (workspace_id, show_id, comment_no),
    CONSTRAINT comments_once UNIQUE (workspace_id, show_id, comment_key)
);

CREATE TABLE flags (
    key TEXT NOT NULL,
    enabled BOOLEAN NOT NULL,
    rollout SMALLINT,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    PRIMARY KEY (key),
    CONSTRAINT flags_rollout CHECK (rollout BETWEEN 0 AND 100)
);

CREATE TABLE inbox (
    workspace_id UUID NOT NULL,
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    show_id UUID NOT NULL,
    payload JSONB NOT NULL,
    received_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    PRIMARY KEY (workspace_id, id)
);

CREATE INDEX inbox_show ON inbox (workspace_id, show_id, id);

CREATE TABLE outbox (
    workspace_id UUID NOT NULL,
    topic TEXT NOT NULL,
    seq BIGINT NOT NULL,
    partition SMALLINT NOT NULL,
    type TEXT NOT NULL,
    schema_version SMALLINT DEFAULT '1' NOT NULL,
    payload JSON NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (workspace_id, topic, seq, created_at)
)
 PARTITION BY RANGE (created_at);

CREATE TABLE plugin_health (
    workspace_id UUID NOT NULL,
    plugin TEXT NOT NULL,
    failures INTEGER DEFAULT '0' NOT NULL,
    last_error TEXT,
    last_failure_at TIMESTAMP WITH TIME ZONE,
    recent TIMESTAMP WITH TIME ZONE[] DEFAULT '{}' NOT NULL,
    disabled_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (workspace_id, plugin)
);

CREATE TABLE rate_limits (
    key TEXT NOT NULL,
    drained_at DOUBLE PRECISION DEFAULT 0 NOT NULL,
    PRIMARY KEY (key)
);

CREATE TABLE show_leases (
    workspace_id UUID NOT NULL,
    show_id UUID NOT NULL,
    owner TEXT NOT NULL,
    fence BIGINT NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (workspace_id, show_id)
);

CREATE TABLE topics (
    workspace_id UUID NOT NULL,
    topic TEXT NOT NULL,
    epoch TEXT NOT NULL,
    last_seq BIGINT DEFAULT '0' NOT NULL,
    PRIMARY KEY (workspace_id, topic)
);

CREATE TABLE users (
    id UUID NOT NULL,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL,
    name TEXT DEFAULT '' NOT NULL,
    password_hash TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    disabled_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (id),
    UNIQUE (email_key)
);

CREATE TABLE workspaces (
    id UUID NOT NULL,
    name TEXT NOT NULL,
    settings JSONB DEFAULT '{}' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE flag_overrides (
    workspace_id UUID NOT NULL,
    key TEXT NOT NULL,
    enabled BOOLEAN NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    PRIMARY KEY (workspace_id, key),
    FOREIGN KEY(workspace_id) REFERENCES workspaces (id)
);

CREATE TABLE members (
    workspace_id UUID NOT NULL,
    user_id UUID NOT NULL,
    role TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    PRIMARY KEY (workspace_id, user_id),
    CONSTRAINT members_role CHECK (role IN ('owner', 'admin', 'operator', 'viewer')),
    FOREIGN KEY(workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY(user_id) REFERENCES users (id)
);

CREATE INDEX members_user ON members (user_id);

CREATE TABLE refresh_tokens (
    id UUID NOT NULL,
    user_id UUID NOT NULL,
    workspace_id UUID NOT NULL,
    token_hash BYTEA NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    revoked_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (id),
    FOREIGN KEY(user_id) REFERENCES users (id),
    FOREIGN KEY(workspace_id) REFERENCES workspaces (id)
);

CREATE INDEX refresh_tokens_user ON refresh_tokens (user_id);

CREATE TABLE shows (
    workspace_id UUID NOT NULL,
    id UUID NOT NULL,
    title TEXT NOT NULL,
    status TEXT DEFAULT 'draft' NOT NULL,
    rules JSONB DEFAULT '{}' NOT NULL,
    pinned_item_id UUID,
    revision BIGINT DEFAULT '0' NOT NULL,
    last_comment_no BIGINT DEFAULT '0' NOT NULL,
    last_decision_no BIGINT DEFAULT '0' NOT NULL,
    version INTEGER DEFAULT '1' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    activated_at TIMESTAMP WITH TIME ZONE,
    ended_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY(workspace_id) REFERENCES workspaces (id),
    CONSTRAINT shows_status CHECK (status IN ('draft', 'active', 'paused', 'ended'))
);

CREATE TABLE sign_in_links (
    token_hash BYTEA NOT NULL,
    user_id UUID NOT NULL,
    workspace_id UUID,
    target TEXT DEFAULT '/' NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    used_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (token_hash),
    FOREIGN KEY(user_id) REFERENCES users (id),
    FOREIGN KEY(workspace_id) REFERENCES workspaces (id)
);

CREATE TABLE stream_tickets (
    token_hash BYTEA NOT NULL,
    user_id UUID NOT NULL,
    workspace_id UUID NOT NULL,
    used BOOLEAN DEFAULT false NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (token_hash),
    FOREIGN KEY(user_id) REFERENCES users (id),
    FOREIGN KEY(workspace_id) REFERENCES workspaces (id)
);

CREATE TABLE web_sessions (
    token_hash BYTEA NOT NULL,
    user_id UUID NOT NULL,
    workspace_id UUID,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    revoked_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (token_hash),
    FOREIGN KEY(user_id) REFERENCES users (id),
    FOREIGN KEY(workspace_id) REFERENCES workspaces (id)
);

CREATE INDEX web_sessions_user ON web_sessions (user_id);

CREATE TABLE items (
    workspace_id UUID NOT NULL,
    id UUID NOT NULL,
    show_id UUID NOT NULL,
    item_number TEXT NOT NULL,
    code TEXT NOT NULL,
    variant TEXT DEFAULT '' NOT NULL,
    variant_key TEXT DEFAULT '' NOT NULL,
    title TEXT DEFAULT '' NOT NULL,
    price NUMERIC(15, 2),
    position INTEGER NOT NULL,
    total_quantity INTEGER NOT NULL,
    claimed_count INTEGER DEFAULT '0' NOT NULL,
    waitlist_count INTEGER DEFAULT '0' NOT NULL,
    version INTEGER DEFAULT '1' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    PRIMARY KEY (workspace_id, id),
    CONSTRAINT items_code UNIQUE (workspace_id, show_id, code, variant_key),
    FOREIGN KEY(workspace_id, show_id) REFERENCES shows (workspace_id, id),
    CONSTRAINT items_never_oversold CHECK (claimed_count BETWEEN 0 AND total_quantity),
    CONSTRAINT items_waitlist CHECK (waitlist_count >= 0),
    CONSTRAINT items_total CHECK (total_quantity BETWEEN 0 AND 1000000),
    CONSTRAINT items_price CHECK (price >= 0)
);

CREATE INDEX items_show ON items (workspace_id, show_id, position);

CREATE TABLE streams (
    workspace_id UUID NOT NULL,
    id UUID NOT NULL,
    show_id UUID NOT NULL,
    platform TEXT NOT NULL,
    live_id TEXT DEFAULT '' NOT NULL,
    seller_ids TEXT[] DEFAULT '{}' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    PRIMARY KEY (workspace_id, id),
    CONSTRAINT streams_live UNIQUE (workspace_id, show_id, platform, live_id),
    FOREIGN KEY(workspace_id, show_id) REFERENCES shows (workspace_id, id)
);
"""

# The rows of a batch as the claim lane hands them over, an array of each.
_ROW_TYPES = """
CREATE TYPE lane_buyers AS (
    id uuid,
    platform text,
    platform_user_id text,
    handle text
);

CREATE TYPE lane_comments AS (
    comment_no bigint,
    comment_key text,
    platform text,
    live_id text,
    comment_id text,
    buyer_id uuid,
    author_id text,
    author_name text,
    text text,
    posted_at timestamptz,
    received_at timestamptz,
    verdict text,
    rule text,
    reason text,
    late bool
);

CREATE TYPE lane_claims AS (
    id uuid,
    item_id uuid,
    item_number text,
    variant text,
    buyer_id uuid,
    comment_no bigint,
    act smallint,
    part int,
    decision_no bigint,
    kind text,
    quantity int,
    status text,
    place bigint,
    rule text,
    confidence float8,
    reason text,
    left_before int,
    ahead int,
    posted_at timestamptz,
    decided_at timestamptz
);

CREATE TYPE lane_changed_claims AS (
    id uuid,
    item_id uuid,
    item_number text,
    variant text,
    quantity int,
    status text,
    place bigint,
    reason text,
    left_before int,
    ahead int,
    decided_at timestamptz
);

CREATE TYPE lane_items AS (
    id uuid,
    title text,
    price numeric,
    total_quantity int,
    claimed_count int,
    waitlist_count int,
    version int
);

CREATE TYPE lane_new_items AS (
    id uuid,
    title text,
    price numeric,
    total_quantity int,
    claimed_count int,
    waitlist_count int,
    version int,
    item_number text,
    code text,
    variant text,
    variant_key text,
    position int
);

CREATE TYPE lane_events AS (
    type text,
    payload text
);
"""

# What no partition was made for yet is never refused.
_PARTITIONS = "CREATE TABLE outbox_default PARTITION OF outbox DEFAULT"

# The lane updates counters of the same few rows many times a second: room on their pages keeps those updates in place.
_HOT_ROWS = ("shows", "items", "topics", "show_leases")


def upgrade() -> None:
    for statement in (_TABLES + _ROW_TYPES).split(";\n"):
        if statement.strip():
            op.execute(statement)
    op.execute(_PARTITIONS)
    for table in _HOT_ROWS:
        op.execute(f"ALTER TABLE {table} SET (fillfactor = 50)")


def downgrade() -> None:
    for table in (
        *("streams", "items", "shows", "show_leases", "topics", "outbox", "inbox", "comments", "claims", "buyers"),
        *("web_sessions", "stream_tickets", "sign_in_links", "refresh_tokens", "members", "flag_overrides"),
        *("workspaces", "users", "rate_limits", "plugin_health", "flags"),
    ):
        op.execute(f"DROP TABLE {table}")
    for group in ("buyers", "comments", "claims", "changed_claims", "items", "new_items", "events"):
        op.execute(f"DROP TYPE lane_{group}")
