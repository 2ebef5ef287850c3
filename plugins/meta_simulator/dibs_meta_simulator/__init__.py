"""A simulator of Meta's Graph API: logins, broadcasts, comments, webhooks, replies, with all their faults."""

from __future__ import annotations

from dibs import PluginInfo

PLUGIN = PluginInfo(
    name="meta_simulator",
    title="Simulated Meta",
    summary="Facebook and Instagram on this machine, for trying out and testing what listens to them.",
    default=False,
)
