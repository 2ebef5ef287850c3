"""What a plugin says about itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

_WORDS = "dibs_words"


@attrs.frozen
class SettingWords:
    """What a field of a plugin's settings is called in a form.

    Attributes:
        label: what it is, in a few words.
        help: what it does, in a sentence.
        choices: words for the values of a choice; `none`, `true` and `false` for those of a yes-or-no field.
    """

    label: str = ""
    help: str = ""
    choices: Mapping[str, str] = attrs.field(factory=dict)


def setting_words(label: str, help: str = "", **choices: str) -> dict[str, SettingWords]:  # noqa: A002 - reads best
    """Metadata of a settings field: `attrs.field(default=6, metadata=setting_words("Longest number", "…"))`."""
    return {_WORDS: SettingWords(label, help, choices)}


def words_of(metadata: Mapping[Any, Any]) -> SettingWords:
    """The words that a field was given; empty if none."""
    found = metadata.get(_WORDS)
    return found if isinstance(found, SettingWords) else SettingWords()


@attrs.frozen
class PluginInfo:
    """The description in a plugin module's `PLUGIN`.

    Attributes:
        name: the plugin's name, also its entry point, its flag, and the prefix of its tables.
        title: for people.
        summary: one sentence: what it does.
        api: the version of the hook contracts it was written for (now 1).
        default: whether a workspace has it when no flag says otherwise.
        requires: names of plugins that must be on as well.
        settings: the frozen attrs class of its settings for a workspace or show, or None. They stand in
            `ShowRules.plugins[name]`.
        instance: the frozen attrs class of its settings for the whole instance, each field with a default, or None.
            They stand in `dibs.toml` under `[plugins.<name>]`, and in `DIBS_<NAME>__<FIELD>`.
        always: a part of the application that no workspace can switch off.
        events: the kinds of events that `handle_event` is called for, such as `claim.created`; empty for all. Name
            them: a busy show has a thousand comments a second, and what nobody waits for is not even read.
    """

    name: str
    title: str
    summary: str
    api: int = 1
    default: bool = False
    requires: tuple[str, ...] = ()
    settings: type[Any] | None = None
    instance: type[Any] | None = None
    always: bool = False
    events: tuple[str, ...] = ()
