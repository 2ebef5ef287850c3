"""A plugin's settings as a form: made from its settings class, read back into what the class takes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import attrs
from werkzeug.datastructures import MultiDict

from dibs.plugins.forms import SettingField
from dibs_web.i18n import _, dgettext

_WHOLE = re.compile(r"[+-]?[0-9]{1,15}")
_DECIMAL = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]{1,10})?")


@attrs.frozen
class Row:
    """A field with its words, as the page shows it. `value` is what stands in the input."""

    field: SettingField
    label: str
    hint: str
    value: Any
    choices: Sequence[tuple[str, str]]


def rows_of(plugin: str, fields: Sequence[SettingField], values: Mapping[str, Any]) -> list[Row]:
    """The fields of a plugin with the values that hold."""
    return [_row(plugin, field, _typed(values.get(field.name, field.default), field)) for field in fields]


def rows_again(plugin: str, fields: Sequence[SettingField], form: MultiDict[str, str]) -> list[Row]:
    """The fields with what was typed."""
    return [_row(plugin, field, _sent(field, form)) for field in fields]


def read_form(fields: Sequence[SettingField], form: MultiDict[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    """The settings that differ from their defaults, and what can't be read, by field."""
    values: dict[str, Any] = {}
    faults: dict[str, str] = {}
    for field in fields:
        if f"has-{field.name}" in form:
            try:
                value = _read(field, form)
            except ValueError:
                faults[field.name] = _("must be a whole number") if field.kind == "int" else _("must be a number")
                continue
            if value != field.default:
                values[field.name] = value
    return values, faults


def _row(plugin: str, field: SettingField, value: Any) -> Row:
    label = dgettext(plugin, field.label or field.name.replace("_", " ").capitalize())
    hint = dgettext(plugin, field.help).replace("`", "")
    return Row(field, label, f"{hint[:1].upper()}{hint[1:]}", value, _choices(plugin, field))


def _choices(plugin: str, field: SettingField) -> Sequence[tuple[str, str]]:
    usual = {"none": _("as the plugin thinks best"), "true": _("yes"), "false": _("no")}
    words = {**usual, **{value: dgettext(plugin, said) for value, said in field.words.items()}}
    none = [("", words["none"])] if field.optional else []
    if field.kind == "choice":
        return [*none, *((one, words.get(one, one.replace("_", " "))) for one in field.choices)]
    if field.kind == "bool" and field.optional:
        return [*none, ("true", words["true"]), ("false", words["false"])]
    return []


def _typed(value: Any, field: SettingField) -> Any:
    if field.kind == "texts":
        return "\n".join(value or ())
    if field.kind == "bool" and field.optional:
        return "" if value is None else str(bool(value)).lower()
    return "" if value is None else value


def _sent(field: SettingField, form: MultiDict[str, str]) -> Any:
    if field.kind == "bool" and not field.optional:
        return field.name in form
    return form.get(field.name, "")


def _read(field: SettingField, form: MultiDict[str, str]) -> Any:
    if field.kind == "bool" and not field.optional:
        return field.name in form
    text = form.get(field.name, "").replace("\r", "")
    if field.kind == "texts":
        return [line.strip() for line in text.split("\n") if line.strip()]
    if not text.strip() and field.optional:
        return None
    if field.kind == "bool":
        return text == "true"
    if field.kind in ("int", "number"):
        pattern, kind = (_WHOLE, int) if field.kind == "int" else (_DECIMAL, float)
        if not pattern.fullmatch(text.strip()):
            raise ValueError(text)
        return kind(text)
    return text
