"""The pages, one module for each concern."""

from __future__ import annotations

from quart import Blueprint
from quart.blueprints import BlueprintSetupState

from dibs.api.auth import public
from dibs.api.errors import PAGE_ERROR
from dibs_web.assets import asset, serve
from dibs_web.pages import console, shows, sign_in
from dibs_web.pages.errors import page_error
from dibs_web.security import guard


def make_blueprint() -> Blueprint:
    """A blueprint with all pages."""
    blueprint = Blueprint("web", __name__, template_folder="../templates")
    blueprint.add_url_rule("/static/<version>/<path:path>", "static", public(serve))
    sign_in.add_pages(blueprint)
    shows.add_pages(blueprint)
    console.add_pages(blueprint)
    blueprint.after_request(guard)
    blueprint.record(_install)
    return blueprint


def _install(state: BlueprintSetupState) -> None:
    assert state.app is not None
    state.app.extensions.setdefault(PAGE_ERROR, page_error)
    state.app.jinja_env.globals["asset"] = asset
