"""Comments, buyers, claims: what the lane writes thousands of times a second.

They carry no foreign keys: each would be looked up for every row. Their writer holds the show's row and knows the
keys that it writes; the auditor looks for orphans.
"""

from __future__ import annotations

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Double,
    Index,
    Integer,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    false,
    text,
)

from dibs.tables.metadata import instant, metadata, uuid_key, workspace

# Merging is a forest: `merge_parent` is the buyer that an operator merged this one into, `merged_into` the top of that
# chain. Undoing a merge cuts one edge.
buyers = Table(
    "buyers",
    metadata,
    workspace(),
    uuid_key(),
    Column("platform", Text, nullable=False),
    Column("platform_user_id", Text, nullable=False),
    Column("handle", Text, nullable=False, server_default=""),
    Column("customer_id", Uuid),
    instant("created_at", now=True),
    Column("note", Text, nullable=False, server_default=""),
    Column("tags", ARRAY(Text), nullable=False, server_default="{}"),
    instant("blocked_at"),
    Column("blocked_reason", Text),
    Column("merged_into", Uuid),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("merge_parent", Uuid),
    instant("erased_at"),
    CheckConstraint("merged_into <> id", name="buyers_not_into_itself"),
    CheckConstraint("(merge_parent IS NULL) = (merged_into IS NULL)", name="buyers_merge"),
    UniqueConstraint("workspace_id", "platform", "platform_user_id", name="buyers_identity"),
    Index("buyers_merged", "workspace_id", "merged_into", postgresql_where=text("merged_into IS NOT NULL")),
    Index("buyers_customer", "workspace_id", "customer_id", postgresql_where=text("customer_id IS NOT NULL")),
    Index("buyers_erased", "workspace_id", "id", postgresql_where=text("erased_at IS NOT NULL")),
    Index("buyers_list", "workspace_id", text("lower(handle)"), "id", postgresql_where=text("merged_into IS NULL")),
)

comments = Table(
    "comments",
    metadata,
    workspace(),
    uuid_key("show_id"),
    Column("comment_no", BigInteger, primary_key=True),
    Column("comment_key", Text, nullable=False),
    Column("platform", Text, nullable=False),
    Column("live_id", Text, nullable=False, server_default=""),
    Column("comment_id", Text),
    Column("buyer_id", Uuid),
    Column("author_id", Text),
    Column("author_name", Text, nullable=False, server_default=""),
    Column("text", Text, nullable=False),
    instant("posted_at", nullable=False),
    instant("received_at", nullable=False),
    Column("verdict", Text, nullable=False),
    Column("rule", Text),
    Column("reason", Text),
    Column("late", Boolean, nullable=False, server_default=false()),
    Column("edited_text", Text),
    instant("removed_at"),
    UniqueConstraint("workspace_id", "show_id", "comment_key", name="comments_once"),
)

claims = Table(
    "claims",
    metadata,
    workspace(),
    uuid_key(),
    Column("show_id", Uuid, nullable=False),
    Column("item_id", Uuid),
    Column("item_number", Text, nullable=False),
    Column("variant", Text, nullable=False, server_default=""),
    Column("buyer_id", Uuid),
    Column("comment_no", BigInteger),
    Column("act", SmallInteger, nullable=False, server_default="0"),
    Column("part", Integer, nullable=False, server_default="0"),
    Column("decision_no", BigInteger, nullable=False),
    Column("kind", Text, nullable=False, server_default="claim"),
    Column("quantity", Integer, nullable=False),
    Column("status", Text, nullable=False),
    Column("place", BigInteger),
    Column("rule", Text, nullable=False, server_default=""),
    Column("confidence", Double, nullable=False, server_default="1"),
    Column("reason", Text),
    Column("left_before", Integer),
    Column("ahead", Integer),
    instant("posted_at", nullable=False),
    instant("decided_at", nullable=False),
    Column("order_id", Uuid),
    CheckConstraint("quantity > 0", name="claims_quantity"),
    CheckConstraint("order_id IS NULL OR status = 'winner'", name="claims_ordered"),
    CheckConstraint("(status = 'waitlist') = (place IS NOT NULL)", name="claims_place"),
    CheckConstraint(
        "status IN ('winner', 'waitlist', 'unmatched', 'review', 'released', 'passed', 'declined')",
        name="claims_status",
    ),
    Index("claims_once", "workspace_id", "show_id", "comment_no", "act", "part", unique=True),
    Index("claims_item", "workspace_id", "item_id", "status", "place"),
    Index("claims_decided", "workspace_id", "show_id", "decision_no", unique=True),
    Index("claims_buyer", "workspace_id", "buyer_id", "id"),
    Index("claims_ordered", "workspace_id", "show_id", "order_id", postgresql_where=text("order_id IS NOT NULL")),
    Index("claims_unmatched", "workspace_id", "show_id", "posted_at", postgresql_where=text("status = 'unmatched'")),
)
