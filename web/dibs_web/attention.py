"""What needs somebody's attention. Each part of the product adds its own lines with `add_part`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta

import attrs

from dibs.accounts.permissions import KNOWN
from dibs.accounts.principal import Principal
from dibs.connections import Connection
from dibs.overview import Overview, Waiting
from dibs.plugins.listing import describe_for
from dibs.runtime import current_runtime
from dibs.workspace_data import PooledData
from dibs_web.i18n import _, dgettext, ngettext
from dibs_web.run_words import kind_words


@attrs.frozen
class Line:
    """One thing to look at: what it is, more about it, where to go, and how urgent (`look`, `bad` or empty)."""

    words: str
    detail: str
    href: str
    tone: str = ""


Part = Callable[[Principal], Awaitable[Sequence[Line]]]
_parts: list[Part] = []


def add_part(part: Part) -> Part:
    """Let a function say what needs attention in the workspace of somebody."""
    if part not in _parts:
        _parts.append(part)
    return part


async def needs_attention(who: Principal) -> list[Line]:
    """Every line of every part, in the order of the parts."""
    return [line for part in _parts for line in await part(who)]


@add_part
async def waiting_claims(who: Principal) -> list[Line]:
    """Claims in the review lane, and claims for a number that no item has."""
    shows = await Overview(current_runtime().db).waiting(who.workspace_id)
    return [line for show in shows for line in _of_show(show)]


def _of_show(show: Waiting) -> list[Line]:
    console, lines = f"/shows/{show.id}/console", []
    if show.review:
        words = ngettext("%(num)s claim needs a look", "%(num)s claims need a look", show.review)
        lines.append(Line(words, show.title, console, "look"))
    if show.unmatched:
        words = ngettext(
            "%(num)s claim names an item that is not there", "%(num)s claims name items that are not there",
            show.unmatched,
        )  # fmt: skip
        lines.append(Line(words, show.title, console if show.status != "ended" else f"/shows/{show.id}/setup", "look"))
    return lines


@add_part
async def ailing_connections(who: Principal) -> list[Line]:
    """Accounts at platforms whose access has ended, ends soon, or lacks permissions."""
    if not who.may("connections:read"):
        return []
    found = await current_runtime().connections.all_of(who.workspace_id)
    return [line for one in found if (line := _of_connection(one)) is not None]


def _of_connection(one: Connection) -> Line | None:
    path = f"/connections#connection-{one.id}"
    if one.health == "reconnect":
        return Line(_("The access to %(name)s has ended", name=one.name), _("Connect it again."), path, "bad")
    if one.health == "expiring" and one.days_left is not None:
        words = ngettext(
            "The access to %(name)s ends within %(num)s day", "The access to %(name)s ends within %(num)s days",
            one.days_left + 1, name=one.name,
        )  # fmt: skip
        return Line(words, _("Connect it again before."), path, "look")
    if one.health == "incomplete":
        return Line(_("%(name)s lacks permissions", name=one.name), ", ".join(one.missing), path, "look")
    return None


async def may_connect(who: Principal) -> bool:
    """Whether somebody could connect an account here, and none is connected yet."""
    return who.may("connections:write") and not await current_runtime().connections.any(who.workspace_id)


@add_part
async def failing_plugins(who: Principal) -> list[Line]:
    """Plugins that failed so often here that they were switched off."""
    if not who.may("plugins:read"):
        return []
    runtime = current_runtime()
    found = await describe_for(runtime.plugins, runtime.flags, who.workspace_id)
    failing = [plugin for plugin in found["plugins"] if (plugin["health"] or {}).get("disabled_at")]
    return [
        Line(
            _("The plugin %(name)s was switched off", name=dgettext(plugin["name"], plugin["title"])),
            str(plugin["health"].get("last_error") or _("It failed too often.")),
            "/plugins",
            "bad",
        )
        for plugin in failing
    ]


@add_part
async def told_by_plugins(who: Principal) -> list[Line]:
    """What plugins want somebody to look at."""
    runtime = current_runtime()
    hooks = await runtime.flags.hooks_for(who.workspace_id)
    found = await hooks.attention(PooledData(who.workspace_id, runtime.db))
    return [
        Line(ngettext(one.one, one.many, one.count), one.detail, one.path, "bad" if one.urgent else "look")
        for one in found
        if one.needs in KNOWN and who.may(one.needs)
    ]


_RECENT = timedelta(days=1)


@add_part
async def failed_runs(who: Principal) -> list[Line]:
    """Long work that failed since yesterday."""
    if not who.may("runs:read"):
        return []
    found, _more = await current_runtime().runs.page(who.workspace_id, states=["failed"], limit=20)
    recent = [run for run in found if run.finished_at and run.finished_at > datetime.now(UTC) - _RECENT]
    return [
        Line(_("%(kind)s failed", kind=kind_words(run.kind)), run.title, run.path or "/runs", "bad") for run in recent
    ]


@add_part
async def open_invitations(who: Principal) -> list[Line]:
    """Invitations that nobody has taken up."""
    if not who.may("members:read"):
        return []
    number = await Overview(current_runtime().db).open_invitations(who.workspace_id)
    if not number:
        return []
    words = ngettext("%(num)s invitation is open", "%(num)s invitations are open", number)
    return [Line(words, _("Nobody has taken it up yet."), "/members")]
