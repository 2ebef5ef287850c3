"""Answering buyers on the platform where they commented."""

from __future__ import annotations

from dibs import PluginInfo

PLUGIN = PluginInfo(
    name="replies",
    title="Replies",
    summary="Tell buyers on their platform whether they won, wait, or were promoted.",
)
