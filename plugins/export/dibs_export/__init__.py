"""Claims, buyers, comments and orders as CSV or XLSX."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dibs import PluginInfo, hookimpl

if TYPE_CHECKING:
    from quart import Blueprint

    from dibs.exports import ExportColumn, ExportKind

PLUGIN = PluginInfo(
    name="export",
    title="Export",
    summary="Claims, buyers, comments and orders as a CSV or Excel file.",
    default=True,
)


@hookimpl
def export_kinds() -> Sequence[ExportKind]:
    """Claims, buyers, comments, orders and their lines."""
    from dibs_export.kinds import KINDS  # noqa: PLC0415 - at import a plugin does nothing

    return KINDS


@hookimpl
def export_columns(kind: str) -> Sequence[ExportColumn]:
    """The columns of these."""
    from dibs_export.kinds import COLUMNS  # noqa: PLC0415 - at import a plugin does nothing

    return COLUMNS.get(kind, ())


@hookimpl
def register_blueprints() -> Sequence[Blueprint]:
    """The routes that hand files out."""
    from dibs_export import routes  # noqa: PLC0415 - the command line works without a web framework

    return [routes.blueprint, routes.workspace_blueprint]
