"""S-08: what a plugin calls itself is text on every page that names it."""

from __future__ import annotations

from types import ModuleType

from dibs import PluginInfo

from .conftest import World
from .walk import ask, routes

LABEL = '<img src=x onerror="alert(1)">'


async def test_the_label_of_a_plugin_is_text(world: World) -> None:
    module = ModuleType("evil")
    module.PLUGIN = PluginInfo("evil", LABEL, f"Summary {LABEL}")  # type: ignore[attr-defined]
    manager = world.app.runtime.plugins
    assert manager.add(module, "evil"), manager.refused
    named = 0
    for route in routes(world):
        page = route.method == "GET" and not route.rule.startswith(("/api/", "/sign-in", "/metrics"))
        if page and route.needs not in ("instance:write",):
            headers = {"Accept": "text/html"}
            _, text = await ask(world.people["owner"], world, route, route.path(world.ids), headers=headers)
            assert LABEL not in text, route
            named += "&lt;img src=x onerror=" in text
    assert named >= 1
