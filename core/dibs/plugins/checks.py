"""What a module must be to be accepted as a plugin. Each fault is a sentence that its author can act on."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

import attrs
import pluggy

from dibs.models.plugin import PluginInfo

API_VERSIONS = frozenset({1})
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_LOOSE = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)


class ContractFaultError(Exception):
    """A module breaks the contract of plugins; the message says where and how."""


def check_info(module: ModuleType, name: str) -> PluginInfo:
    """The module's `PLUGIN`, if it is what the entry point promised."""
    info = getattr(module, "PLUGIN", None)
    if not isinstance(info, PluginInfo):
        raise ContractFaultError(f"{module.__name__} has no PLUGIN = PluginInfo(...)")
    if info.name != name:
        raise ContractFaultError(f"PLUGIN.name is {info.name!r}, the entry point is called {name!r}")
    if not _NAME.fullmatch(name):
        raise ContractFaultError(f"the name {name!r} must be lower-case letters, digits and _, at most 40")
    if info.api not in API_VERSIONS:
        known = ", ".join(str(version) for version in sorted(API_VERSIONS))
        raise ContractFaultError(f"it was written for version {info.api} of the hooks, this Dibs knows {known}")
    if name in info.requires:
        raise ContractFaultError("it requires itself")
    for settings in (info.settings, info.instance):
        if settings is not None:
            _check_settings(settings)
    return info


def _check_settings(cls: type[Any]) -> None:
    if not attrs.has(cls):
        raise ContractFaultError(f"the settings class {cls.__name__} must be an attrs frozen class")
    try:
        made = cls()
    except Exception as error:
        raise ContractFaultError(
            f"the settings class {cls.__name__} needs a default for each field: {error}"
        ) from error
    for field in attrs.fields(cls):
        try:
            setattr(made, field.name, getattr(made, field.name))
        except attrs.exceptions.FrozenInstanceError:
            continue
        raise ContractFaultError(f"the settings class {cls.__name__} must be frozen (attrs.frozen)")


def check_hooks(pm: pluggy.PluginManager, module: ModuleType) -> tuple[str, ...]:
    """The names of the hooks that a module implements, each checked against its specification."""
    found: list[str] = []
    for attribute in sorted(vars(module)):
        options = pm.parse_hookimpl_opts(module, attribute)
        if options is None:
            continue
        name = options.get("specname") or attribute
        if options.get("wrapper") or options.get("hookwrapper"):
            raise ContractFaultError(f"{name}: hook wrappers are not supported")
        caller = getattr(pm.hook, name, None)
        if caller is None or caller.spec is None:
            if options.get("optionalhook"):
                continue
            raise ContractFaultError(f"{name}: there is no hook of this name{_similar(pm, name)}")
        _check_function(name, caller.spec.function, getattr(module, attribute))
        found.append(name)
    return tuple(sorted(found))


def _check_function(name: str, spec: Callable[..., Any], function: Callable[..., Any]) -> None:
    if inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
        raise ContractFaultError(f"{name}: must return its answer, not yield it")
    waits, should_wait = inspect.iscoroutinefunction(function), inspect.iscoroutinefunction(spec)
    if waits != should_wait:
        wanted = "async def" if should_wait else "def, not async def"
        raise ContractFaultError(f"{name}: must be {wanted}")
    allowed: Mapping[str, inspect.Parameter] = inspect.signature(spec).parameters
    for argument, parameter in inspect.signature(function).parameters.items():
        if parameter.kind in _LOOSE:
            raise ContractFaultError(f"{name}: the argument {parameter} must be a plain one")
        if parameter.default is not parameter.empty:
            raise ContractFaultError(f"{name}: the argument {argument} must not have a default")
        if argument not in allowed:
            raise ContractFaultError(f"{name}: has no argument {argument}, only {', '.join(allowed) or 'none'}")


def _similar(pm: pluggy.PluginManager, name: str) -> str:
    from difflib import get_close_matches  # noqa: PLC0415 - only a refused plugin needs it

    near = get_close_matches(name, list(vars(pm.hook)), 1)
    return f" (did you mean {near[0]}?)" if near else ""
