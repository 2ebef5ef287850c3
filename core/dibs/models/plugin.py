"""What a plugin says about itself."""

from __future__ import annotations

from typing import Any

import attrs


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
        always: a part of the application that no workspace can switch off.
    """

    name: str
    title: str
    summary: str
    api: int = 1
    default: bool = False
    requires: tuple[str, ...] = ()
    settings: type[Any] | None = None
    always: bool = False
