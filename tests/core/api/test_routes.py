"""Every route says what it needs, and nothing answers a stranger by oversight."""

import re
from typing import Any

from dibs.accounts.permissions import KNOWN
from dibs.api.auth import CUSTOMER, PUBLIC, SIGNED_IN, needs_of
from dibs.app import DibsQuart

# Each of these was looked at: it shows nothing of anybody, or checks the caller by other means.
PUBLIC_ROUTES = {
    "/i18n/<version>/<name>.js",
    "/api/openapi.json",
    "/api/docs",
    "/",
    "/api/connections/oauth/<platform>/callback",
    "/api/auth/login",
    "/api/auth/logout",
    "/api/auth/passkey",
    "/api/auth/passkey/options",
    "/api/auth/refresh",
    "/api/auth/register",
    "/api/auth/second-factor",
    "/api/invitations/<token>",
    "/api/shared/orders/<token>",
    "/api/shared/orders/<token>/invoice.pdf",
    "/deletion",
    "/healthz",
    "/join/<token>",
    "/metrics",
    "/api/portal/sign-in",
    "/portal/sign-in",
    "/portal/sign-in/<token>",
    "/readyz",
    "/register",
    "/sign-in",
    "/sign-in/<token>",
    "/sign-in/passkey",
    "/sign-in/second-factor",
    "/sign-out",
    "/shared/orders/<token>",
    "/shared/orders/<token>/invoice.pdf",
    "/webhooks/<platform>",
    "/webhooks/<platform>/data-deletion",
    "/webhooks/<platform>/deauthorize",
}


def routes(app: DibsQuart) -> list[tuple[str, str, Any]]:
    rules = [rule for rule in app.url_map.iter_rules() if not rule.endpoint.endswith("static")]
    return [(rule.rule, rule.endpoint, app.view_functions[rule.endpoint]) for rule in rules]


def some_value(variable: re.Match[str]) -> str:
    """What may stand in a route's variable: one of its choices, a number, or an id."""
    if variable[0].startswith("<int:"):
        return "1"
    choices = re.match(r"<any\((\w+)", variable[0])
    return choices[1] if choices else "01a1fc54-5636-790f-b493-f244132829c3"


async def test_every_route_names_the_permission_that_it_needs(app: DibsQuart) -> None:
    silent = [rule for rule, _, view in routes(app) if needs_of(view) is None]
    assert silent == []
    assert {needs_of(view) for *_, view in routes(app)} <= KNOWN | {PUBLIC, SIGNED_IN, CUSTOMER}


async def test_only_the_known_routes_are_public(app: DibsQuart) -> None:
    public = {rule for rule, _, view in routes(app) if needs_of(view) == PUBLIC}
    assert public - PUBLIC_ROUTES == set()


async def test_a_stranger_gets_a_401_from_every_other_route(app: DibsQuart) -> None:
    client = app.test_client()
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        if rule.endpoint.endswith("static") or needs_of(view) == PUBLIC or rule.websocket:
            continue
        path = re.sub(r"<[^>]*>", some_value, rule.rule)
        for method in (rule.methods or set()) - {"OPTIONS", "HEAD"}:
            response = await client.open(path, method=method, json={})
            assert (path, response.status_code) == (path, 401)
