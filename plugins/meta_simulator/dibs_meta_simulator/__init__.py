"""A simulated Meta for demos, tests, and trying without an app at Meta."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dibs import PluginInfo, hookimpl

if TYPE_CHECKING:
    from dibs.models.simulator import Simulator

PLUGIN = PluginInfo(
    name="meta_simulator",
    title="Meta simulator",
    summary="A local stand-in for Facebook and Instagram, for dibs simulate and the demo. Shows do not need it.",
)


@hookimpl
def simulators() -> Sequence[Simulator]:
    """Meta, as `meta`."""
    from dibs_meta_simulator.simulator import MetaSimulator  # noqa: PLC0415 - at import a plugin does nothing

    return [MetaSimulator()]
