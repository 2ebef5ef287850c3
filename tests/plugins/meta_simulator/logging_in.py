"""Going through the dialogs by HTTP, as a browser would."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import parse_qs, urlsplit

from dibs_meta_simulator.hosts import FACEBOOK, GRAPH, INSTAGRAM, INSTAGRAM_API
from dibs_meta_simulator.tokens import FACEBOOK_SCOPES, INSTAGRAM_SCOPES

from .client import Client, Reply

REDIRECT = "https://dibs.example/api/connections/oauth/facebook/callback"


async def facebook(
    api: Client,
    scopes: Sequence[str] = FACEBOOK_SCOPES,
    ticked: Sequence[str] | None = None,
    decision: str = "continue",
) -> tuple[str, dict[str, str]]:
    """The address that one is sent back to, and its query."""
    app, user, page = api.meta.seed.app, api.meta.seed.user, api.meta.seed.page
    app.redirect_uris = [REDIRECT]
    params = {"client_id": app.id, "redirect_uri": REDIRECT, "state": "s/1", "response_type": "code"}
    form = [("user", user.id), ("page", page.id), ("decision", decision)]
    form += [("scope", scope) for scope in (scopes if ticked is None else ticked)]
    address = f"{api.meta.hosts[FACEBOOK]}/v25.0/dialog/oauth"
    return await _decide(api, address, params | {"scope": ",".join(scopes)}, form)


async def instagram(
    api: Client,
    scopes: Sequence[str] = INSTAGRAM_SCOPES,
    ticked: Sequence[str] | None = None,
    decision: str = "continue",
) -> tuple[str, dict[str, str]]:
    """The same with Instagram Login."""
    app, account = api.meta.seed.app, api.meta.seed.account
    app.redirect_uris = [REDIRECT]
    params = {"client_id": app.instagram_id, "redirect_uri": REDIRECT, "state": "s/1", "response_type": "code"}
    form = [("account", account.id), ("decision", decision)]
    form += [("scope", scope) for scope in (scopes if ticked is None else ticked)]
    address = f"{api.meta.hosts[INSTAGRAM]}/oauth/authorize"
    return await _decide(api, address, params | {"scope": ",".join(scopes)}, form)


async def _decide(
    api: Client, address: str, params: dict[str, str], form: list[tuple[str, str]]
) -> tuple[str, dict[str, str]]:
    async with api.http.get(address, params=params) as page:
        assert page.status == 200
        shown = await page.text()
        assert all(scope in shown for scope in params["scope"].split(","))
    async with api.http.post(address, params=params, data=form, allow_redirects=False) as answer:
        assert answer.status == 302, await answer.text()
        location = answer.headers["Location"]
    return location, {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}


async def facebook_code(api: Client, code: str, **changed: str) -> Reply:
    """Exchange a code of Facebook Login."""
    app = api.meta.seed.app
    params = {"client_id": app.id, "client_secret": app.secret, "redirect_uri": REDIRECT, "code": code}
    async with api.http.get(f"{api.meta.hosts[GRAPH]}/v25.0/oauth/access_token", params=params | changed) as answer:
        return Reply(answer.status, await answer.json(), answer.headers)


async def instagram_code(api: Client, code: str, **changed: str) -> Reply:
    """Exchange a code of Instagram Login."""
    app = api.meta.seed.app
    form = {
        "client_id": app.instagram_id,
        "client_secret": app.instagram_secret,
        "grant_type": "authorization_code",
        "redirect_uri": REDIRECT,
        "code": code,
    }
    async with api.http.post(f"{api.meta.hosts[INSTAGRAM_API]}/oauth/access_token", data=form | changed) as answer:
        return Reply(answer.status, await answer.json(), answer.headers)
