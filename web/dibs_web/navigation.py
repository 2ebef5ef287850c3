"""What the frame leads to. An entry is there for those who may read what it leads to."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

import attrs
import structlog

from dibs import NavigationEntry
from dibs.models.navigation import Place
from dibs.runtime import current_runtime
from dibs_web.i18n import N_

_log = structlog.get_logger("dibs.web")


@attrs.frozen
class Entry:
    """One entry; `key` is what a page names as `active`, and the name of its picture unless `icon` is."""

    key: str
    path: str
    words: str
    needs: str = ""
    icon: str = ""


@attrs.frozen
class Group:
    """Entries that stand together; `words` is their heading, `""` for none."""

    key: str
    words: str
    entries: tuple[Entry, ...]


MAIN = (
    Entry("dashboard", "/", N_("Dashboard"), "shows:read"),
    Entry("shows", "/shows", N_("Shows"), "shows:read"),
    Entry("buyers", "/buyers", N_("Buyers"), "buyers:read"),
    Entry("catalogue", "/catalogue", N_("Catalogue"), "catalogue:read"),
)
CUSTOMERS = Entry("customers", "/customers", N_("Customers"), "catalogue:read")
ORDERS = Entry("orders", "/orders", N_("Orders"), "orders:read")
RUNS = Entry("runs", "/runs", N_("Imports and long work"), "runs:read", "clock")
RUNNING = (
    Entry("settings", "/settings", N_("Settings"), "workspace:read"),
    Entry("connections", "/connections", N_("Connections"), "connections:read"),
    Entry("members", "/members", N_("Members"), "members:read"),
    Entry("plugins", "/plugins", N_("Plugins"), "plugins:read"),
    Entry("audit", "/audit", N_("Audit log"), "audit:read"),
    Entry("tester", "/tester", N_("Rule tester"), "shows:read"),
)


def nav_groups(granted: Collection[str], more: Sequence[NavigationEntry] = ()) -> list[Group]:
    """The entries for somebody with these permissions: the daily ones, the selling after a claim, the workspace."""
    groups = (
        Group("daily", "", (*MAIN, *_of_plugins(more, "daily"))),
        Group("selling", N_("Selling"), (CUSTOMERS, ORDERS, *_of_plugins(more, "selling"), RUNS)),
        Group("other", N_("Workspace"), (*_of_plugins(more, "other"), *RUNNING)),
    )
    seen = (
        attrs.evolve(one, entries=tuple(entry for entry in one.entries if entry.needs in granted)) for one in groups
    )
    return [one for one in seen if one.entries or one.key == "daily"]


def tabs(granted: Collection[str], more: Sequence[NavigationEntry], place: Place) -> list[Entry]:
    """The tabs that plugins add to a show or a customer; `path` still has its `{show_id}` or `{customer_id}`."""
    return [entry for entry in _of_plugins(more, place) if entry.needs in granted]


async def plugin_entries(workspace_id: UUID) -> Sequence[NavigationEntry]:
    """The entries of the plugins that are on in a workspace."""
    found, errors = (await current_runtime().flags.hooks_for(workspace_id)).navigation()
    for error in errors:
        _log.warning("navigation_left_out", problem=str(error))
    return [entry for _, entry in found]


def _of_plugins(more: Sequence[NavigationEntry], place: Place) -> list[Entry]:
    return [Entry(one.key, one.path, one.title, one.needs, one.icon) for one in more if one.place == place]
