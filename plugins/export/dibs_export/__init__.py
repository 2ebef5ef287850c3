"""Claims, buyers and comments of a show as CSV or XLSX."""

from __future__ import annotations

from dibs import PluginInfo

PLUGIN = PluginInfo(
    name="export",
    title="Export",
    summary="Claims, buyers and comments of a show as a CSV or Excel file.",
    default=True,
)
