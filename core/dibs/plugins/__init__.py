"""Finding, checking and listing plugins."""

from dibs.plugins.loader import GROUP, load_plugins
from dibs.plugins.manager import LoadedPlugin, PluginManager

__all__ = ["GROUP", "LoadedPlugin", "PluginManager", "load_plugins"]
