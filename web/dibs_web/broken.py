"""The banner over every page: an account that a running show listens to has lost its access."""

from __future__ import annotations

from urllib.parse import urlencode

import attrs

from dibs.accounts.principal import Principal
from dibs.connections.service import InShow
from dibs.runtime import current_runtime
from dibs_web.i18n import _, dgettext


@attrs.frozen
class Line:
    """One account: what is wrong, and where it is put right; `href` is empty for who may not do that."""

    words: str
    href: str

    def as_json(self) -> dict[str, str]:
        """As the script of the page gets it."""
        return {"words": self.words, "href": self.href}


@attrs.frozen
class Banner:
    """What stands over the page; it is asked for again while it is open."""

    lines: list[Line]


async def banner_of(who: Principal | None) -> Banner | None:
    """The banner for somebody; None where no account is connected, so that there is nothing to look out for."""
    if who is None or not who.may("connections:read"):
        return None
    connections = current_runtime().connections
    if not await connections.any(who.workspace_id):
        return None
    found = await connections.broken_in_shows(who.workspace_id)
    return Banner([_line(one, may=who.may("connections:write")) for one in found])


def _line(one: InShow, *, may: bool) -> Line:
    platforms = current_runtime().platforms
    known = platforms.everywhere.get(one.platform)
    platform = dgettext(platforms.plugin_of(one.platform), known.title) if known else one.platform
    named = {"platform": platform, "name": one.name, "show": one.show_title}
    if not may:
        return Line(
            _("%(platform)s lost %(name)s, and %(show)s is live. Ask an admin to connect it again.", **named), ""
        )
    words = _("%(platform)s: the access to %(name)s has ended, and %(show)s is live.", **named)
    return Line(words, f"/connections/{one.platform}/reconnect?{urlencode({'connection': str(one.id)})}")
