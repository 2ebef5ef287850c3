"""A kind of export with all its columns, those of other plugins too."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import attrs

from dibs.exports.model import ExportColumn, ExportKind, Row


@attrs.frozen
class PluginColumn:
    """A column and the plugin that it comes from."""

    plugin: str
    column: ExportColumn


@attrs.frozen(eq=False)
class ExportTable:
    """A kind ready to be written; `kind` comes from `plugin`.

    `failures` counts, by plugin, the cells that are empty because a column's function raised.
    """

    plugin: str
    kind: ExportKind
    columns: tuple[PluginColumn, ...]
    failures: Counter[str] = attrs.field(factory=Counter)
    problems: dict[str, BaseException] = attrs.field(factory=dict)

    @property
    def header(self) -> list[ExportColumn]:
        """The columns in order."""
        return [found.column for found in self.columns]

    def cells(self, row: Row) -> list[Any]:
        """The cells of a row, by column. One that can't be made is empty, and noted as its plugin's failure."""
        return [self._cell(found, row) for found in self.columns]

    def _cell(self, found: PluginColumn, row: Row) -> Any:
        try:
            return found.column.of(row)
        except Exception as error:
            self.failures[found.plugin] += 1
            self.problems.setdefault(found.plugin, error)
            return None


def make_tables(
    kinds: Sequence[tuple[str, ExportKind]], columns: Mapping[str, Sequence[tuple[str, ExportColumn]]]
) -> dict[str, ExportTable]:
    """The tables by name of their kind. Of two kinds of one name the one asked first counts, of two columns too."""
    made: dict[str, ExportTable] = {}
    for plugin, kind in kinds:
        if kind.name not in made:
            own = [PluginColumn(plugin, column) for column in kind.columns]
            more = [PluginColumn(*found) for found in columns.get(kind.name, ())]
            # Of the plugin that gives the kind first: what others add stands at the right.
            more.sort(key=lambda found: found.plugin != plugin)
            made[kind.name] = ExportTable(plugin, kind, tuple(_once([*own, *more])))
    return {name: table for name, table in made.items() if table.columns}


def _once(columns: Iterable[PluginColumn]) -> list[PluginColumn]:
    found: dict[str, PluginColumn] = {}
    for column in columns:
        found.setdefault(column.column.name, column)
    return list(found.values())
