"""What an adapter gets when it is made."""

from __future__ import annotations

from typing import Any

import attrs

from dibs.outgoing import Outgoing


@attrs.frozen(eq=False)
class PlatformContext:
    """Handed to `platforms`, once for each process.

    Attributes:
        settings: the instance's settings of the plugin, of its `PluginInfo.instance` class; None if it has none.
        http: for calls to the platform.
        public_url: under which address browsers and platforms reach this server.
    """

    settings: Any
    http: Outgoing
    public_url: str
