"""Shows, the streams they listen to, their items, and who may write to them."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    Numeric,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    false,
)
from sqlalchemy.dialects.postgresql import ARRAY

from dibs.tables.metadata import counter, document, instant, metadata, uuid_key, workspace

# `revision` is raised by every write of the lane: a writer whose board is of another revision is refused.
# Comments up to number `blanked_comment_no` have lost their texts and names, because the workspace keeps them so long.
shows = Table(
    "shows",
    metadata,
    workspace(),
    uuid_key(),
    Column("title", Text, nullable=False),
    Column("status", Text, nullable=False, server_default="draft"),
    document("rules"),
    Column("pinned_item_id", Uuid),
    counter("revision"),
    counter("last_comment_no"),
    counter("last_decision_no"),
    Column("version", Integer, nullable=False, server_default="1"),
    instant("created_at", now=True),
    instant("activated_at"),
    instant("ended_at"),
    Column("practice", Boolean, nullable=False, server_default=false()),
    instant("practice_until"),
    instant("scheduled_at"),
    counter("blanked_comment_no"),
    Index("shows_list", "workspace_id", "created_at", "id"),
    ForeignKeyConstraint(["workspace_id"], ["workspaces.id"]),
    CheckConstraint("status IN ('draft', 'active', 'paused', 'ended')", name="shows_status"),
)

show_leases = Table(
    "show_leases",
    metadata,
    workspace(),
    uuid_key("show_id"),
    Column("owner", Text, nullable=False),
    Column("fence", BigInteger, nullable=False),
    instant("expires_at", nullable=False),
)

streams = Table(
    "streams",
    metadata,
    workspace(),
    uuid_key(),
    Column("show_id", Uuid, nullable=False),
    Column("platform", Text, nullable=False),
    Column("live_id", Text, nullable=False, server_default=""),
    Column("seller_ids", ARRAY(Text), nullable=False, server_default="{}"),
    instant("created_at", now=True),
    Column("connection_id", Uuid),
    Column("title", Text, nullable=False, server_default=""),
    Column("url", Text, nullable=False, server_default=""),
    Column("alternate_ids", ARRAY(Text), nullable=False, server_default="{}"),
    Column("status", Text, nullable=False, server_default="idle"),
    document("position"),
    Column("viewers", Integer),
    counter("comments_seen"),
    instant("last_comment_at"),
    instant("last_look_at"),
    instant("trouble_at"),
    Column("trouble_reason", Text),
    Column("trouble", Text),
    CheckConstraint("status IN ('idle', 'waiting', 'reading', 'trouble', 'ended')", name="streams_status"),
    UniqueConstraint(
        "workspace_id",
        "show_id",
        "platform",
        "connection_id",
        "live_id",
        name="streams_live",
        postgresql_nulls_not_distinct=True,
    ),
    Index("streams_connection", "workspace_id", "connection_id"),
    ForeignKeyConstraint(["workspace_id", "show_id"], ["shows.workspace_id", "shows.id"]),
)

items = Table(
    "items",
    metadata,
    workspace(),
    uuid_key(),
    Column("show_id", Uuid, nullable=False),
    Column("item_number", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("variant", Text, nullable=False, server_default=""),
    Column("variant_key", Text, nullable=False, server_default=""),
    Column("title", Text, nullable=False, server_default=""),
    Column("price", Numeric(15, 2)),
    Column("position", Integer, nullable=False),
    Column("total_quantity", Integer, nullable=False),
    Column("claimed_count", Integer, nullable=False, server_default="0"),
    Column("waitlist_count", Integer, nullable=False, server_default="0"),
    Column("version", Integer, nullable=False, server_default="1"),
    instant("created_at", now=True),
    UniqueConstraint("workspace_id", "show_id", "code", "variant_key", name="items_code"),
    ForeignKeyConstraint(["workspace_id", "show_id"], ["shows.workspace_id", "shows.id"]),
    CheckConstraint("claimed_count BETWEEN 0 AND total_quantity", name="items_never_oversold"),
    CheckConstraint("waitlist_count >= 0", name="items_waitlist"),
    CheckConstraint("total_quantity BETWEEN 0 AND 1000000", name="items_total"),
    CheckConstraint("price >= 0", name="items_price"),
    Index("items_show", "workspace_id", "show_id", "position"),
)
