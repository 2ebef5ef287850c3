"""A simulated Meta for demos, tests, and trying without an app at Meta."""

from __future__ import annotations

from dibs import PluginInfo

PLUGIN = PluginInfo(
    name="meta_simulator",
    title="Meta simulator",
    summary="A local stand-in for Facebook and Instagram, with an audience and with their faults.",
)
