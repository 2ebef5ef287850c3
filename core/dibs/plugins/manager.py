"""The plugins of a process: what is loaded, what was refused and why, and the hooks of any set of them."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import attrs
import pluggy
import structlog

from dibs import hookspecs
from dibs.codec import structure
from dibs.errors import InvalidInputError, PluginLoadError
from dibs.hooks import HookCall, WorkspaceHooks
from dibs.models.plugin import PluginInfo
from dibs.plugins.checks import ContractFaultError, check_hooks, check_info
from dibs.plugins.settings import instance_settings, settings_faults

if TYPE_CHECKING:
    from quart import Blueprint

_log = structlog.get_logger("dibs.plugins")


@attrs.frozen(eq=False)
class LoadedPlugin:
    """A plugin in use.

    Attributes:
        info: its own description.
        module: the module that its entry point names.
        distribution, version: where it comes from.
        hooks: the hooks that it implements.
        built_in: a module of the core itself.
    """

    info: PluginInfo
    module: ModuleType
    distribution: str
    version: str
    hooks: tuple[str, ...]
    built_in: bool = False

    @property
    def name(self) -> str:
        """The plugin's name."""
        return self.info.name

    def folder(self, kind: str) -> Path | None:
        """The folder `kind` (`migrations`, `templates`, `static`) inside its package, if it has one."""
        file = getattr(self.module, "__file__", None)
        folder = Path(file).parent / kind if file and hasattr(self.module, "__path__") else None
        return folder if folder is not None and folder.is_dir() else None


@attrs.define(eq=False)
class PluginManager:
    """Holds the plugins of a process.

    `specs` are the modules with hook specifications that plugins may implement.
    """

    specs: Sequence[ModuleType] = (hookspecs,)
    plugins: dict[str, LoadedPlugin] = attrs.field(factory=dict, init=False)
    refused: list[PluginLoadError] = attrs.field(factory=list, init=False)
    instance_settings: dict[str, Any] = attrs.field(factory=dict, init=False)
    _pm: pluggy.PluginManager = attrs.field(init=False)
    _hooks: dict[frozenset[str], WorkspaceHooks] = attrs.field(factory=dict, init=False)

    def __attrs_post_init__(self) -> None:
        self._pm = pluggy.PluginManager("dibs")
        for module in self.specs:
            self._pm.add_hookspecs(module)

    def add(self, module: ModuleType, name: str, distribution: str = "", version: str = "") -> bool:
        """Check a module and take it in under `name`. One that breaks the contract is refused: False."""
        other = self.plugins.get(name)
        try:
            if other is not None:
                raise ContractFaultError(f"the name is taken by the distribution {other.distribution}")
            info = check_info(module, name)
            self._register(LoadedPlugin(info, module, distribution, version, check_hooks(self._pm, module)))
        except (Exception, SystemExit) as error:
            self.refuse(name, distribution, version, str(error), cause=error)
            return False
        return True

    def add_built_in(self, module: ModuleType) -> None:
        """Take in a module of the core. Raises `ContractFaultError` if it breaks the contract of a hook."""
        name = module.__name__.rpartition(".")[2]
        summary = (module.__doc__ or "").strip().split("\n")[0]
        info = PluginInfo(name, name.replace("_", " ").capitalize(), summary, always=True)
        hooks = check_hooks(self._pm, module)
        self._register(LoadedPlugin(info, module, "dibs", "", hooks, built_in=True))

    def refuse(
        self,
        name: str,
        distribution: str,
        version: str,
        reason: str,
        *,
        cause: BaseException | None = None,
    ) -> PluginLoadError:
        """Note that a plugin is not used, and drop it if it was."""
        error = PluginLoadError(
            f"The plugin {name} of {distribution or '?'} is not used: {reason}",
            plugin=name,
            distribution=distribution,
            version=version,
            reason=reason,
        )
        error.__cause__ = cause
        self.refused.append(error)
        loaded = self.plugins.get(name)
        if loaded is not None and loaded.distribution == distribution:
            self._drop(name)
        return error

    def check_requirements(self) -> None:
        """Refuse each plugin that requires one that is not there, until nothing is left to refuse."""
        again = True
        while again:
            again = False
            for plugin in list(self.plugins.values()):
                reason = self._missing(plugin.info)
                if reason:
                    self.refuse(plugin.name, plugin.distribution, plugin.version, reason)
                    again = True

    def check_settings(self, values: Mapping[str, Any], where: str = "plugins") -> None:
        """Check settings of plugins, such as `ShowRules.plugins`, before they are kept.

        Raises:
            InvalidInputError: names every faulty field, such as `plugins.wordplay.answers`, and every plugin that
                is not there or has no settings.
        """
        faults = settings_faults({name: plugin.info for name, plugin in self.plugins.items()}, values, where)
        if faults:
            raise InvalidInputError(f"The settings of plugins have {len(faults)} faulty field(s).", faults)

    def take_instance_settings(self, values: Mapping[str, Mapping[str, Any]]) -> None:
        """Check the instance's settings of plugins and keep them, each of its plugin's `PluginInfo.instance` class.

        Raises:
            SettingsError: names every faulty field, such as `plugins.facebook.app_id`.
        """
        self.instance_settings = instance_settings({name: p.info for name, p in self.plugins.items()}, values)

    def settings_from(self, name: str, values: Mapping[str, Any]) -> Any:
        """An object of a plugin's settings class; None if it has no such class.

        What an older version of the plugin stored and this one can't read counts as not set.
        """
        plugin = self.plugins.get(name)
        if plugin is None or plugin.info.settings is None:
            return None
        try:
            return structure(values, plugin.info.settings)
        except InvalidInputError as error:
            _log.warning("plugin_settings_passed_over", plugin=name, faults=[fault.path for fault in error.faults])
            return plugin.info.settings()

    def hooks_for(self, enabled: frozenset[str]) -> WorkspaceHooks:
        """The hooks of the plugins in `enabled`; one shared object for each distinct set."""
        made = self._hooks.get(enabled)
        if made is None:
            made = self._hooks[enabled] = WorkspaceHooks(enabled, self._calls(enabled))
        return made

    def all_hooks(self) -> WorkspaceHooks:
        """The hooks of every plugin, for what happens once for the process."""
        return self.hooks_for(frozenset(self.plugins))

    def blueprints(self) -> list[tuple[str, Blueprint]]:
        """The blueprints of all plugins with the plugins' names. A plugin that can't give them is refused."""
        found, errors = self.all_hooks().register_blueprints()
        for error in errors:
            self.refuse_loaded(str(error.data["plugin"]), error)
        return [(name, blueprint) for name, blueprint in found if name in self.plugins]

    def refuse_loaded(self, name: str, error: BaseException) -> None:
        """Stop using a plugin that failed while the application was built, and those that require it."""
        plugin = self.plugins[name]
        self.refuse(name, plugin.distribution, plugin.version, str(error), cause=error)
        self.check_requirements()

    def folders(self, kind: str) -> dict[str, Path]:
        """The folders `kind` of all plugins that have one, by plugin name."""
        found = {name: plugin.folder(kind) for name, plugin in sorted(self.plugins.items())}
        return {name: folder for name, folder in found.items() if folder is not None}

    def migration_folders(self) -> tuple[Path, ...]:
        """The plugins' `migrations` folders, for `dibs.migrate.migrate`."""
        return tuple(self.folders("migrations").values())

    def _register(self, plugin: LoadedPlugin) -> None:
        self._pm.register(plugin.module, plugin.name)
        self.plugins[plugin.name] = plugin
        self._hooks.clear()

    def _drop(self, name: str) -> None:
        self._pm.unregister(name=name)
        del self.plugins[name]
        self._hooks.clear()

    def _missing(self, info: PluginInfo) -> str | None:
        gone = [name for name in info.requires if name not in self.plugins]
        if gone:
            return f"it requires {', '.join(gone)}, which is not installed or was refused"
        return "its requirements go round in a circle" if self._circular(info) else None

    def _circular(self, info: PluginInfo) -> bool:
        seen: set[str] = set()
        rest = list(info.requires)
        while rest:
            name = rest.pop()
            if name == info.name:
                return True
            if name not in seen and name in self.plugins:
                seen.add(name)
                rest += self.plugins[name].info.requires
        return False

    def _calls(self, enabled: frozenset[str]) -> Mapping[str, tuple[HookCall, ...]]:
        return {
            name: tuple(
                HookCall(impl.plugin_name, _positional(caller.spec.argnames, impl))
                for impl in reversed(caller.get_hookimpls())
                if impl.plugin_name in enabled
            )
            for name, caller in vars(self._pm.hook).items()
            if caller.spec is not None
        }


def _positional(wanted: Sequence[str], impl: pluggy.HookImpl) -> Callable[..., Any]:
    """The function itself if it takes the arguments as they are, else one that picks its own."""
    function = impl.function
    if tuple(impl.argnames) == tuple(wanted) and not inspect.isclass(function):
        return function
    places = tuple(wanted.index(argument) for argument in impl.argnames)

    def call(*args: Any) -> Any:
        return function(*[args[place] for place in places])

    return call
