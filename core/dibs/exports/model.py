"""Kinds of export and their columns, as plugins give them."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import datetime
from typing import Any, Literal, TypeAlias, get_args
from uuid import UUID

import attrs

Row: TypeAlias = Mapping[str, Any]
ColumnType = Literal["text", "integer", "money", "quantity", "time", "boolean"]
Place = Literal["show", "workspace"]
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


def _name(_: Any, attribute: attrs.Attribute[str], value: str) -> None:
    if not isinstance(value, str) or not _NAME.fullmatch(value):
        raise ValueError(f"{attribute.name} must be lower-case letters, digits and _, at most 40, not {value!r}")


@attrs.frozen
class ExportColumn:
    """One column of an export.

    Attributes:
        name: its header; lower-case letters, digits and `_`.
        type: `text`, `integer`, `money` and `quantity` (a Decimal), `time` (a datetime with zone) or `boolean`. A value
            of another type is written as text; None leaves the cell empty.
        value: the cell of a row; None takes the row's own value of this name. Pure, and called in a thread.
    """

    name: str = attrs.field(validator=_name)
    type: ColumnType = attrs.field(default="text", validator=attrs.validators.in_(get_args(ColumnType)))
    value: Callable[[Row], Any] | None = attrs.field(default=None, repr=False)

    def of(self, row: Row) -> Any:
        """The cell of a row."""
        return row.get(self.name) if self.value is None else self.value(row)


@attrs.frozen
class ExportKind:
    """Something that can be exported of a show, or of a whole workspace.

    Attributes:
        name: as in `?type=`; lower-case letters, digits and `_`.
        title: for people, such as "Claims".
        rows: gives the rows one after another, from what a `ShowReader` or a `WorkspaceReader` reads.
        columns: the first columns; `export_columns` of any plugin may add more.
        places: where it can be exported: of a show (with a `ShowReader`), of a workspace (with a `WorkspaceReader`).
    """

    name: str = attrs.field(validator=_name)
    title: str
    rows: Callable[[Any], AsyncIterator[Row]] = attrs.field(repr=False)
    columns: tuple[ExportColumn, ...] = ()
    places: tuple[Place, ...] = ("show",)


@attrs.frozen
class ShowFacts:
    """The show that is exported."""

    id: UUID
    title: str
    status: str
    practice: bool
    created_at: datetime
    activated_at: datetime | None
    ended_at: datetime | None
