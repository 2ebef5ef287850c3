"""The one MetaData of the core, and the column kinds that its tables share."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, DateTime, MetaData, Uuid, func
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData()


def uuid_key(name: str = "id") -> Column[object]:
    """A UUIDv7 that is part of the primary key."""
    return Column(name, Uuid, primary_key=True)


def workspace() -> Column[object]:
    """The tenant; leads every key."""
    return Column("workspace_id", Uuid, primary_key=True)


def instant(name: str, *, nullable: bool = True, now: bool = False) -> Column[object]:
    """A point in time; `now` lets the database fill it in."""
    return Column(
        name, DateTime(timezone=True), nullable=nullable and not now, server_default=func.now() if now else None
    )


def document(name: str) -> Column[object]:
    """A JSON document, `{}` by default."""
    return Column(name, JSONB, nullable=False, server_default="{}")


def counter(name: str) -> Column[object]:
    """A number that only grows, from 0."""
    return Column(name, BigInteger, nullable=False, server_default="0")
