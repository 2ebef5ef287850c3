"""From values to cells. Only a value that is what its column promises is a number; all else is text."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from dibs.exports import ExportColumn


def number(column: ExportColumn, value: Any) -> int | Decimal | None:
    """The value as a number, or None if it is none."""
    if column.type == "integer" and type(value) is int:
        return value
    if column.type in ("money", "quantity") and isinstance(value, Decimal) and value.is_finite():
        return value
    return None


def text(value: Any, zone: ZoneInfo) -> str:
    """The value in words: times as ISO 8601 with the offset of the workspace's zone."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(zone).isoformat(timespec="seconds")
    return str(value)
