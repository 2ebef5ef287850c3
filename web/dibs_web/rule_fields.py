"""The rules of a show as fields of a form: what they are called, how they are typed, and how they are read again."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

import attrs
from babel import Locale
from werkzeug.datastructures import MultiDict

from dibs_web.i18n import N_, _, language

Kind = Literal["words", "locales", "switch", "choice", "number"]
LOCALES: Final = ("da", "en", "es", "fil", "fr", "id", "pt", "th", "vi", "zh-Hant")


@attrs.frozen
class RuleField:
    """One rule; `choices` are (value, words) of a choice, `optional` says that a number may be left out."""

    name: str
    kind: Kind
    label: str
    hint: str
    choices: tuple[tuple[str, str], ...] = ()
    optional: bool = False
    most: int = 0


FIELDS: Final[Sequence[RuleField]] = (
    RuleField("claim_words", "words", N_("Words that claim"), N_("One on each line, such as “sold”.")),
    RuleField("pass_words", "words", N_("Words that give back"), N_("A buyer who writes one gives the claim back.")),
    RuleField("locales", "locales", N_("Languages of the viewers"), N_("Their usual claim words count too.")),
    RuleField(
        "repeat", "choice", N_("A second claim for the same item"), N_("By the same buyer."),
        (("ignore", N_("does not count")), ("add", N_("adds to the first")), ("set", N_("replaces the quantity"))),
    ),
    RuleField("max_quantity", "number", N_("Most units in one comment"), N_("More than this needs a look."), most=999),
    RuleField(
        "max_per_buyer", "number", N_("Most units for one buyer"), N_("In the whole show. Empty: no limit."),
        optional=True, most=9999,
    ),
    RuleField(
        "edited_comments", "choice", N_("A comment that is changed afterwards"), N_("By whoever wrote it."),
        (("ignore", N_("the first text counts")), ("review", N_("needs a look"))),
    ),
    RuleField(
        "deleted_comments", "choice", N_("A comment that is deleted afterwards"), N_("At the platform, by anybody."),
        (
            ("keep", N_("its claims stay")), ("release", N_("its claims are given back")),
            ("review", N_("needs a look")),
        ),
    ),
    RuleField("several", "switch", N_("Several claims in one comment"), N_("Otherwise only the first counts.")),
    RuleField(
        "claim_without_code", "switch", N_("Claim without a number"),
        N_("“sold” or “+1” alone claims the item that is on now."),
    ),
)  # fmt: skip


def locale_names() -> list[tuple[str, str]]:
    """The languages that comments can be read in, named in the reader's language."""
    shown = Locale.parse(language())
    named = [(code, Locale.parse(code, sep="-").get_display_name(shown) or code) for code in LOCALES]
    return sorted(named, key=lambda pair: pair[1].casefold())


def read_fields(form: MultiDict[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    """The rules that a form holds, and what is wrong with those that can't be read."""
    values: dict[str, Any] = {}
    faults: dict[str, str] = {}
    for field in FIELDS:
        if f"has-{field.name}" in form:
            try:
                values[field.name] = _read(field, form)
            except ValueError:
                faults[field.name] = _("must be a whole number from 1 to %(most)s", most=field.most)
    return values, faults


def as_typed(values: Mapping[str, Any]) -> dict[str, Any]:
    """The rules as they stand in the fields: words one on each line, no limit as nothing."""
    return {field.name: _typed(field, values.get(field.name)) for field in FIELDS}


def typed_back(form: MultiDict[str, str]) -> dict[str, Any]:
    """What was typed, as it was typed."""
    many = {field.name: form.getlist(field.name) for field in FIELDS if field.kind == "locales"}
    switches = {field.name: field.name in form for field in FIELDS if field.kind == "switch"}
    return {**{field.name: form.get(field.name, "") for field in FIELDS}, **many, **switches}


def _read(field: RuleField, form: MultiDict[str, str]) -> Any:
    text = form.get(field.name, "").strip()
    if field.kind == "words":
        return list(dict.fromkeys(word.strip() for word in re.split(r"[\n,]", text) if word.strip()))
    if field.kind == "locales":
        return form.getlist(field.name)
    if field.kind == "switch":
        return field.name in form
    if field.kind == "choice":
        return text
    if not text and field.optional:
        return None
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
    if not 1 <= number <= field.most:
        raise ValueError(field.name)
    return number


def _typed(field: RuleField, value: Any) -> Any:
    if field.kind == "words":
        return "\n".join(value or ())
    if field.kind == "number":
        return "" if value is None else value
    return value
