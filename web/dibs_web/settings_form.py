"""The settings of a workspace as a form: what is sent back, what of it changes something, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs
from werkzeug.datastructures import MultiDict

from dibs.workspace_settings import WorkspaceSettings, as_document
from dibs_web.i18n import _
from dibs_web.rule_fields import as_typed, read_fields, typed_back

_NUMBERS = ("polling_seconds", "retention_days")
_TEXTS = ("time_zone", "currency", "language", "invoice_from")


@attrs.frozen
class Sent:
    """A form as it was sent: the change that it asks for, and what can't be read of it, by field."""

    body: dict[str, Any]
    faults: dict[str, str]


def read_settings(form: MultiDict[str, str], holds: WorkspaceSettings) -> Sent:
    """The change that a form asks for: what differs from what holds; what is a default again becomes null."""
    rules, faults = read_fields(form)
    plain: dict[str, Any] = {name: form[name].replace("\r\n", "\n").strip() for name in _TEXTS if name in form}
    for name in _NUMBERS:
        if name in form:
            try:
                plain[name] = _number(form[name])
            except ValueError:
                faults[name] = _("must be a whole number")
    now, defaults = as_document(holds), as_document(WorkspaceSettings())
    settings = _changed(plain, now, defaults)
    changed_rules = _changed(rules, now["rules"], defaults["rules"])
    body: dict[str, Any] = {"settings": settings | ({"rules": changed_rules} if changed_rules else {})}
    if "name" in form:
        body["name"] = form["name"].strip()
    if form.get("version", "").isdigit():
        body["version"] = int(form["version"][:9])
    return Sent(body, faults)


def _changed(given: Mapping[str, Any], now: Mapping[str, Any], defaults: Mapping[str, Any]) -> dict[str, Any]:
    return {name: None if value == defaults[name] else value for name, value in given.items() if value != now[name]}


def _number(text: str) -> int | None:
    text = text.strip()
    if text and not (text.isascii() and text.isdigit() and len(text) < 9):
        raise ValueError(text)
    return int(text) if text else None


def typed_settings(name: str, holds: WorkspaceSettings) -> dict[str, Any]:
    """The settings as they stand in the fields."""
    document = as_document(holds)
    plain = {key: document[key] for key in (*_NUMBERS, *_TEXTS)}
    return {"name": name, **plain, **as_typed(document["rules"])}


def typed_again(form: MultiDict[str, str]) -> dict[str, Any]:
    """What was typed, as it was typed."""
    return {**{key: form.get(key, "") for key in ("name", *_NUMBERS, *_TEXTS)}, **typed_back(form)}


def field_of(path: str) -> str:
    """The field that a fault belongs to: `settings.rules.locales[0]` is `locales`; what no field is to blame for is
    the empty name."""
    name = path.removeprefix("settings.").removeprefix("rules.").partition("[")[0].partition(".")[0]
    return "" if name in ("settings", "rules", "plugins", "$") else name
