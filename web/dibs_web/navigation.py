"""What the frame leads to. An entry is there for those who may read what it leads to."""

from __future__ import annotations

from collections.abc import Collection

import attrs

from dibs_web.i18n import N_


@attrs.frozen
class Entry:
    """One entry; `key` is what a page names as `active`, and the name of its picture."""

    key: str
    path: str
    words: str
    needs: str = ""


MAIN = (
    Entry("dashboard", "/", N_("Dashboard"), "shows:read"),
    Entry("shows", "/shows", N_("Shows"), "shows:read"),
    Entry("buyers", "/buyers", N_("Buyers"), "buyers:read"),
)
MORE = (
    Entry("settings", "/settings", N_("Settings"), "workspace:read"),
    Entry("connections", "/connections", N_("Connections"), "connections:read"),
    Entry("members", "/members", N_("Members"), "members:read"),
    Entry("plugins", "/plugins", N_("Plugins"), "plugins:read"),
    Entry("audit", "/audit", N_("Audit log"), "audit:read"),
    Entry("tester", "/tester", N_("Rule tester"), "shows:read"),
)


def nav_groups(granted: Collection[str]) -> tuple[list[Entry], list[Entry]]:
    """The entries for somebody with these permissions: the daily ones, and the others."""
    daily, other = ([entry for entry in group if entry.needs in granted] for group in (MAIN, MORE))
    return daily, other
