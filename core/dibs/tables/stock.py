"""The catalogue, what there is of it, and the ledger that adds up to it."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
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


def _quantity(name: str) -> Column[object]:
    return Column(name, Numeric(15, 4), nullable=False, server_default="0")


def _version() -> Column[object]:
    return Column("version", Integer, nullable=False, server_default="1")


products = Table(
    "products",
    metadata,
    workspace(),
    uuid_key(),
    Column("name", Text, nullable=False),
    Column("name_key", Text, nullable=False),
    Column("category", Text),
    _text("unit"),
    Column("picture_url", Text),
    _version(),
    instant("created_at", now=True),
    UniqueConstraint("workspace_id", "name_key", name="products_name"),
    ForeignKeyConstraint(["workspace_id"], ["workspaces.id"]),
)

# `version` counts edits, not movements. `in_carts` is the sum of the batch's rows in `stock_holds`.
batches = Table(
    "batches",
    metadata,
    workspace(),
    uuid_key(),
    Column("product_id", Uuid, nullable=False),
    Column("code", Text, nullable=False),
    Column("code_key", Text, nullable=False),
    Column("unit_cost", Numeric(15, 2)),
    Column("received_on", Date, nullable=False),
    _quantity("on_hand"),
    _quantity("reserved"),
    _quantity("on_hold"),
    _quantity("in_carts"),
    _version(),
    instant("created_at", now=True),
    UniqueConstraint("workspace_id", "product_id", "code_key", name="batches_code"),
    CheckConstraint("on_hand >= 0 AND reserved >= 0 AND on_hold >= 0 AND in_carts >= 0", name="batches_never_negative"),
    CheckConstraint("reserved + on_hold + in_carts <= on_hand", name="batches_never_oversold"),
    CheckConstraint("unit_cost >= 0", name="batches_cost"),
    ForeignKeyConstraint(["workspace_id", "product_id"], ["products.workspace_id", "products.id"]),
)

stock_movements = Table(
    "stock_movements",
    metadata,
    workspace(),
    uuid_key(),
    Column("batch_id", Uuid, nullable=False),
    Column("kind", Text, nullable=False),
    Column("quantity", Numeric(15, 4), nullable=False),
    Column("reference_kind", Text),
    Column("reference_id", Uuid),
    _text("reason"),
    Column("actor_id", Uuid),
    _text("actor_name"),
    Column("at", instant("at").type, nullable=False, server_default=text("clock_timestamp()")),
    Index("stock_movements_batch", "workspace_id", "batch_id", "id"),
    Index(
        "stock_movements_received_once",
        "workspace_id",
        "reference_kind",
        "reference_id",
        unique=True,
        postgresql_where=text("kind = 'received' AND reference_kind IS NOT NULL"),
    ),
    ForeignKeyConstraint(["workspace_id", "batch_id"], ["batches.workspace_id", "batches.id"]),
)

stock_holds = Table(
    "stock_holds",
    metadata,
    workspace(),
    uuid_key("batch_id"),
    Column("holder_kind", Text, primary_key=True),
    Column("holder_id", Uuid, primary_key=True),
    Column("quantity", Numeric(15, 4), nullable=False),
    Index("stock_holds_holder", "workspace_id", "holder_kind", "holder_id"),
    ForeignKeyConstraint(["workspace_id", "batch_id"], ["batches.workspace_id", "batches.id"]),
)

customers = Table(
    "customers",
    metadata,
    workspace(),
    uuid_key(),
    Column("name", Text, nullable=False),
    _text("contact"),
    _text("note"),
    Column("credit_limit", Numeric(15, 2)),
    Column("portal", Boolean, nullable=False, server_default=false()),
    _version(),
    instant("created_at", now=True),
    Index("customers_name", "workspace_id", text("lower(name)"), "id"),
    ForeignKeyConstraint(["workspace_id"], ["workspaces.id"]),
)
