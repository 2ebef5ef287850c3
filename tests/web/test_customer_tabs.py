"""Tabs that plugins add to a customer."""

from __future__ import annotations

from types import ModuleType
from uuid import UUID

from dibs import NavigationEntry, PluginInfo, hookimpl
from dibs.plugins import PluginManager
from dibs_web.navigation import nav_groups, tabs


def test_a_tab_of_a_customer_is_there_for_those_who_may_read_it_and_stands_nowhere_else() -> None:
    module = ModuleType("loyalty")
    module.PLUGIN = PluginInfo("loyalty", "Loyalty", "Of the tests.", default=True)  # type: ignore[attr-defined]
    entry = NavigationEntry("loyalty", "/customers/{customer_id}/loyalty", "Loyalty", "customer", "credit:read")

    def navigation() -> list[NavigationEntry]:
        return [entry]

    module.navigation = hookimpl(navigation)  # type: ignore[attr-defined]
    manager = PluginManager()
    assert manager.add(module, "loyalty"), manager.refused
    found = [one for _, one in manager.all_hooks().navigation()[0]]
    [tab] = tabs({"credit:read"}, found, "customer")
    assert tab.path.replace("{customer_id}", str(UUID(int=1))).endswith("0001/loyalty")
    assert tabs(set(), found, "customer") == [] == tabs({"credit:read"}, found, "show")
    assert all(one.key != "loyalty" for group in nav_groups({"credit:read"}, found) for one in group.entries)
