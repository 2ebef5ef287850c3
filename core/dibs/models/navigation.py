"""What plugins add to the frame of the pages."""

from __future__ import annotations

from typing import Literal

import attrs

Place = Literal["daily", "selling", "other", "show", "customer"]


@attrs.frozen
class NavigationEntry:
    """An entry that leads to a plugin's page.

    Attributes:
        key: the entry's name, begun with the plugin's; a page names it as `active`, or as `tab` in a show.
        path: where it leads; in a show with `{show_id}`, such as `/shows/{show_id}/replies`, at a customer with
            `{customer_id}`.
        title: its words in English, translated by the plugin's own catalogue.
        place: among the daily entries, with what comes after a claim, among the others, or as a tab of each show or
            customer. A phone has room for few daily entries: the rest stand behind More.
        needs: the permission without which nobody sees it.
        icon: the name of one of the frame's pictures, such as `buyers`, `clock`, `tester`.
    """

    key: str
    path: str
    title: str
    place: Place = "other"
    needs: str = "shows:read"
    icon: str = "plugins"


@attrs.frozen
class Attention:
    """Something that somebody should look at, for the dashboard.

    Attributes:
        one, many: what it is in English, for one and for several; `%(num)s` is the number.
        count: how many.
        detail: more about it, such as the title of a show.
        path: where to go.
        urgent: something is broken.
        needs: the permission without which nobody is told.
    """

    one: str
    many: str
    count: int
    detail: str
    path: str
    urgent: bool = False
    needs: str = "shows:read"
