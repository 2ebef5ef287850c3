"""The pages of Dibs: sign-in, shows, the live console."""

from __future__ import annotations

from collections.abc import Sequence

from quart import Blueprint

from dibs import PluginInfo, hookimpl

PLUGIN = PluginInfo(
    name="web",
    title="Pages",
    summary="Sign-in, the list of shows, and the live console.",
    default=True,
    always=True,
)


@hookimpl
def register_blueprints() -> Sequence[Blueprint]:
    """The pages and their static files."""
    from dibs_web.pages import make_blueprint  # noqa: PLC0415 - a command without a web server needs no pages

    return [make_blueprint()]
