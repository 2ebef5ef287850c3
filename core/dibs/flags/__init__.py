"""Which plugins a workspace has: flags with default, rollout and overrides, and the health of plugins."""

from dibs.flags.health import PluginHealth, SwitchedOff
from dibs.flags.model import FlagView, Origin
from dibs.flags.service import FlagService

__all__ = ["FlagService", "FlagView", "Origin", "PluginHealth", "SwitchedOff"]
