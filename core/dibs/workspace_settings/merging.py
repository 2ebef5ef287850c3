"""What a change makes of the stored settings, and what has changed by it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dibs.errors import FieldFault
from dibs.workspace_settings.model import WorkspaceSettings
from dibs.workspace_settings.reading import as_document

Document = dict[str, Any]


def merged(stored: Mapping[str, Any], change: Mapping[str, Any]) -> Document:
    """The stored settings with a change on top: null takes a setting back to its default."""
    rules, given = dict(stored.get("rules") or {}), change.get("rules") or {}
    plugins = _over(rules.get("plugins") or {}, given.get("plugins") or {})
    if "plugins" in given and given["plugins"] is None:
        plugins = {}
    rules = _over(rules, {name: value for name, value in given.items() if name != "plugins"})
    rules = _over(rules, {"plugins": plugins or None})
    if "rules" in change and change["rules"] is None:
        rules = {}
    return _over(stored, {**change, "rules": rules or None})


def _over(below: Mapping[str, Any], above: Mapping[str, Any]) -> Document:
    return {name: value for name, value in {**below, **above}.items() if value is not None}


def differences(before: WorkspaceSettings, after: WorkspaceSettings) -> tuple[Document, Document]:
    """What was and what is, of the settings that differ, by names such as `rules.claim_words`."""
    was, now = (dict(_flat(as_document(settings))) for settings in (before, after))
    names = sorted(name for name in was.keys() | now.keys() if was.get(name) != now.get(name))
    return {name: was.get(name) for name in names}, {name: now.get(name) for name in names}


def _flat(document: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in document.items():
        if name in ("rules", "plugins"):
            yield from ((f"{name}.{inner}", found) for inner, found in _flat(value))
        else:
            yield name, value


def unstorable(value: Any, path: str) -> Iterator[FieldFault]:
    """Where texts stand that PostgreSQL can't keep in JSON."""
    if isinstance(value, str) and "\0" in value:
        yield FieldFault(path, "must not contain the character NUL")
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from unstorable(name, f"{path}.{name}")
            yield from unstorable(inner, f"{path}.{name}")
    elif isinstance(value, list | tuple):
        for number, inner in enumerate(value):
            yield from unstorable(inner, f"{path}[{number}]")
