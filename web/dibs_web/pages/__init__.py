"""The pages, one module for each concern."""

from __future__ import annotations

from quart import Blueprint, Quart, current_app, request
from quart.blueprints import BlueprintSetupState

from dibs.api.auth import CUSTOMER, PUBLIC, needs_of, public
from dibs.api.connections import redirect_uri
from dibs.api.errors import PAGE_ERROR
from dibs.api.pages import PAGES
from dibs_web import i18n
from dibs_web.assets import asset, serve
from dibs_web.filters import install_filters
from dibs_web.pages import (
    account,
    api_docs,
    audit,
    buyers,
    catalogue,
    connections,
    console,
    customer_access,
    customers,
    dashboard,
    deletion,
    factors,
    host,
    join,
    language,
    members,
    new_order,
    orders,
    plugins,
    portal,
    register,
    runs,
    second_step,
    settings,
    setup,
    shared_order,
    show_orders,
    shows,
    sign_in,
    start,
    streams,
    summary,
    tester,
    workspaces,
)
from dibs_web.pages.errors import page_error
from dibs_web.plugin_pages import PluginFrame
from dibs_web.reader import current_reader
from dibs_web.rendering import csrf_field
from dibs_web.security import guard


def make_blueprint() -> Blueprint:
    """A blueprint with all pages."""
    blueprint = Blueprint("web", __name__, template_folder="../templates")
    blueprint.add_url_rule("/static/<version>/<path:path>", "static", public(serve))
    for part in (
        *(api_docs, language, sign_in, second_step, register, join, portal, deletion, members, account, factors),
        *(workspaces, start, dashboard, shows, setup, streams, buyers, catalogue, customers, customer_access),
        *(new_order, orders, shared_order, show_orders, summary, console, host),
        *(settings, connections, plugins, audit, tester, runs),
    ):
        part.add_pages(blueprint)
    blueprint.before_request(_meet_reader)
    blueprint.after_request(guard)
    blueprint.record(_install)
    return blueprint


async def _meet_reader() -> None:
    """Know the reader, and with them the language, before a page says a word."""
    view = current_app.view_functions.get(request.endpoint or "")
    if view is not None and needs_of(view) not in (PUBLIC, CUSTOMER):
        await current_reader()


def _install(state: BlueprintSetupState) -> None:
    app = state.app
    assert isinstance(app, Quart)
    app.extensions.setdefault(PAGE_ERROR, page_error)
    app.extensions.setdefault(PAGES, PluginFrame())
    plugins = app.extensions["dibs"].plugins
    app.extensions.setdefault(i18n.KEY, i18n.Catalogues(plugins.folders("locale")))
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(i18n.translate, i18n.translate_plural, newstyle=True)  # type: ignore[attr-defined]
    app.jinja_env.globals.update(
        asset=asset,
        redirect_uri=redirect_uri,
        csrf_field=csrf_field,
        dgettext=i18n.dgettext,
        language=i18n.language,
        script_texts=lambda: i18n.catalogues().script_address(i18n.language()),
    )
    install_filters(app)
