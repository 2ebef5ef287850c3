"""Orders, their lines, the numbers that they get, and the links that show one to its customer."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    Numeric,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    false,
    text,
)

from dibs.tables.metadata import instant, metadata, uuid_key, workspace


def _text(name: str) -> Column[object]:
    return Column(name, Text, nullable=False, server_default="")


# `source_kind` and `source_id` are what became this order: a second attempt finds the first one's order.
orders = Table(
    "orders",
    metadata,
    workspace(),
    uuid_key(),
    Column("number", BigInteger, nullable=False),
    Column("origin", Text, nullable=False),
    Column("status", Text, nullable=False, server_default="open"),
    Column("source_kind", Text, nullable=False),
    Column("source_id", Uuid, nullable=False),
    Column("customer_id", Uuid),
    Column("buyer_id", Uuid),
    Column("show_id", Uuid),
    _text("name"),
    _text("contact"),
    Column("currency", Text, nullable=False),
    Column("total", Numeric(15, 2), nullable=False),
    _text("note"),
    instant("created_at", now=True),
    Column("created_by", Uuid),
    _text("created_by_name"),
    instant("paid_at"),
    instant("cancelled_at"),
    Column("cancel_reason", Text),
    Column("credit_reason", Text),
    Column("version", Integer, nullable=False, server_default="1"),
    UniqueConstraint("workspace_id", "number", name="orders_number"),
    CheckConstraint("status IN ('open', 'paid', 'cancelled')", name="orders_status"),
    CheckConstraint("origin IN ('LIVE_SHOPPING', 'SHOW', 'MANUAL')", name="orders_origin"),
    CheckConstraint("total >= 0", name="orders_total"),
    ForeignKeyConstraint(["workspace_id"], ["workspaces.id"]),
    ForeignKeyConstraint(["workspace_id", "customer_id"], ["customers.workspace_id", "customers.id"]),
    Index(
        "orders_once",
        "workspace_id",
        "source_kind",
        "source_id",
        unique=True,
        postgresql_where=text("status <> 'cancelled'"),
    ),
    Index("orders_customer", "workspace_id", "customer_id", "status"),
    Index("orders_buyer", "workspace_id", "buyer_id"),
    Index("orders_show", "workspace_id", "show_id", postgresql_where=text("show_id IS NOT NULL")),
)

# `claim_id` is null again once the order is cancelled: `of_claim_id` keeps it for the record.
order_lines = Table(
    "order_lines",
    metadata,
    workspace(),
    uuid_key("order_id"),
    Column("line_no", Integer, primary_key=True),
    Column("batch_id", Uuid),
    Column("product_id", Uuid),
    Column("claim_id", Uuid),
    Column("of_claim_id", Uuid),
    Column("item_id", Uuid),
    Column("name", Text, nullable=False),
    _text("unit"),
    Column("quantity", Numeric(15, 4), nullable=False),
    Column("price", Numeric(15, 2), nullable=False),
    Column("price_source", Text, nullable=False),
    Column("unit_cost", Numeric(15, 2)),
    Column("sample", Boolean, nullable=False, server_default=false()),
    Column("total", Numeric(15, 2), nullable=False),
    CheckConstraint("quantity > 0", name="order_lines_quantity"),
    CheckConstraint("price >= 0 AND total >= 0", name="order_lines_price"),
    ForeignKeyConstraint(["workspace_id", "order_id"], ["orders.workspace_id", "orders.id"]),
    ForeignKeyConstraint(["workspace_id", "batch_id"], ["batches.workspace_id", "batches.id"]),
    Index("order_lines_claim", "workspace_id", "claim_id", unique=True, postgresql_where=text("claim_id IS NOT NULL")),
    Index("order_lines_batch", "workspace_id", "batch_id", postgresql_where=text("batch_id IS NOT NULL")),
)

order_counters = Table(
    "order_counters",
    metadata,
    workspace(),
    Column("last_number", BigInteger, nullable=False),
    ForeignKeyConstraint(["workspace_id"], ["workspaces.id"]),
)

order_links = Table(
    "order_links",
    metadata,
    workspace(),
    uuid_key(),
    Column("order_id", Uuid, nullable=False),
    Column("token_hash", LargeBinary, nullable=False),
    instant("created_at", now=True),
    instant("expires_at", nullable=False),
    instant("revoked_at"),
    UniqueConstraint("token_hash", name="order_links_token"),
    ForeignKeyConstraint(["workspace_id", "order_id"], ["orders.workspace_id", "orders.id"]),
    Index("order_links_order", "workspace_id", "order_id"),
)
