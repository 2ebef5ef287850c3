"""Facebook Login: the dialog, codes, tokens and how they end."""

from __future__ import annotations

import attrs
import pytest

from dibs_meta_simulator.hosts import FACEBOOK
from dibs_meta_simulator.model.tokens import DAY, HOUR
from dibs_meta_simulator.serving import Running

from . import logging_in
from .client import Client


async def test_the_way_from_the_dialog_to_a_page_token_without_end(meta: Running, api: Client) -> None:
    location, query = await logging_in.facebook(api)
    assert location.startswith(f"{logging_in.REDIRECT}?code=")
    assert location.endswith("#_=_")
    assert query["state"] == "s/1"
    short = (await logging_in.facebook_code(api, query["code"])).body
    assert short["token_type"] == "bearer"
    assert short["expires_in"] < DAY
    app = meta.seed.app
    swap = {"grant_type": "fb_exchange_token", "client_id": app.id, "client_secret": app.secret}
    long = (await api.get("oauth/access_token", **swap, fb_exchange_token=short["access_token"])).body
    assert 59 * DAY < long["expires_in"] <= 60 * DAY
    user = attrs.evolve(api, token=long["access_token"])
    fields = "id,name,access_token,tasks,instagram_business_account{id,username}"
    (page,) = (await user.get("me/accounts", fields=fields)).body["data"]
    assert page["instagram_business_account"] == {"id": "17841400000000001", "username": "loja_demo"}
    assert "MODERATE" in page["tasks"]
    told = (await attrs.evolve(api, token=app.token).get("debug_token", input_token=page["access_token"])).body["data"]
    assert (told["type"], told["is_valid"], told["expires_at"]) == ("PAGE", True, 0)
    assert told["profile_id"] == meta.seed.page.id
    assert {"scope": "pages_read_engagement", "target_ids": [meta.seed.page.id]} in told["granular_scopes"]


async def test_a_page_token_of_a_short_token_ends_with_it(meta: Running, api: Client) -> None:
    _, query = await logging_in.facebook(api)
    user = attrs.evolve(api, token=(await logging_in.facebook_code(api, query["code"])).body["access_token"])
    token = (await user.get("me/accounts", fields="access_token")).body["data"][0]["access_token"]
    page = attrs.evolve(api, token=token)
    assert (await page.get("me")).status == 200
    meta.world.clock.move(2 * HOUR)
    assert (await page.get("me")).code == (190, 463)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"redirect_uri": "https://dibs.example/"}, (100, 36008)),
        ({"client_secret": "no"}, (1, None)),
        ({"code": "AQno"}, (100, None)),
    ],
)
async def test_a_wrong_exchange_is_refused(api: Client, changed: dict[str, str], code: tuple[int, int | None]) -> None:
    _, query = await logging_in.facebook(api)
    assert (await logging_in.facebook_code(api, **({"code": query["code"]} | changed))).code == code


async def test_a_code_works_once_and_for_an_hour(meta: Running, api: Client) -> None:
    _, query = await logging_in.facebook(api)
    assert (await logging_in.facebook_code(api, query["code"])).status == 200
    assert (await logging_in.facebook_code(api, query["code"])).code == (100, 36009)
    _, query = await logging_in.facebook(api)
    meta.world.clock.move(HOUR + 1)
    assert (await logging_in.facebook_code(api, query["code"])).code == (100, 36007)


async def test_cancel_goes_back_with_the_refusal(api: Client) -> None:
    location, query = await logging_in.facebook(api, decision="cancel")
    assert query == {
        "error": "access_denied",
        "error_reason": "user_denied",
        "error_description": "Permissions error",
        "state": "s/1",
    }
    assert "error_description=Permissions+error" in location


async def test_what_is_not_ticked_is_declined_until_it_is_asked_again(meta: Running, api: Client) -> None:
    asked = ("pages_show_list", "pages_messaging")
    meta.world.tokens.grants.clear()
    _, query = await logging_in.facebook(api, asked, ticked=("pages_show_list",))
    user = attrs.evolve(api, token=(await logging_in.facebook_code(api, query["code"])).body["access_token"])
    listed = (await user.get("me/permissions")).body["data"]
    assert listed == [
        {"permission": "pages_show_list", "status": "granted"},
        {"permission": "pages_messaging", "status": "declined"},
    ]
    params = {"client_id": meta.seed.app.id, "redirect_uri": logging_in.REDIRECT, "scope": ",".join(asked)}
    address = f"{meta.hosts[FACEBOOK]}/v25.0/dialog/oauth"
    async with api.http.get(address, params=params) as page:
        assert "pages_messaging" not in await page.text()
    async with api.http.get(address, params=params | {"auth_type": "rerequest"}) as page:
        assert "pages_messaging" in await page.text()


@pytest.mark.parametrize(
    "changed",
    [{"redirect_uri": f"{logging_in.REDIRECT}/"}, {"client_id": "1"}, {"scope": "no_such"}, {"response_type": "token"}],
)
async def test_a_wrong_request_stays_on_the_page_of_the_platform(api: Client, changed: dict[str, str]) -> None:
    app = api.meta.seed.app
    app.redirect_uris = [logging_in.REDIRECT]
    params = {"client_id": app.id, "redirect_uri": logging_in.REDIRECT, "scope": "pages_show_list"} | changed
    address = f"{api.meta.hosts[FACEBOOK]}/v25.0/dialog/oauth"
    async with api.http.get(address, params=params, allow_redirects=False) as answer:
        assert answer.status == 400
        assert "Location" not in answer.headers


async def test_a_configuration_stands_for_its_permissions(meta: Running, api: Client) -> None:
    app = meta.seed.app
    app.redirect_uris, app.configurations = [logging_in.REDIRECT], {"77": ("pages_show_list", "pages_messaging")}
    params = {"client_id": app.id, "redirect_uri": logging_in.REDIRECT, "config_id": "77"}
    async with api.http.get(f"{meta.hosts[FACEBOOK]}/v25.0/dialog/oauth", params=params) as page:
        assert "pages_messaging" in await page.text()


@pytest.mark.parametrize(
    ("death", "code"),
    [
        ("removed", (190, 458)),
        ("checkpoint", (190, 459)),
        ("password", (190, 460)),
        ("expired", (190, 463)),
        ("unconfirmed", (190, 464)),
        ("invalid", (190, 467)),
        ("role", (190, 492)),
        ("session", (102, None)),
    ],
)
async def test_a_dead_token_says_why(meta: Running, api: Client, death: str, code: tuple[int, int | None]) -> None:
    await api.control("kill_tokens", who=meta.seed.user.id, death=death)
    refused = await api.get("me")
    assert refused.code == code
    assert "invalid_token" in refused.headers["WWW-Authenticate"]
    app = attrs.evolve(api, token=meta.seed.app.token)
    told = (await app.get("debug_token", input_token=api.token)).body["data"]
    assert told["is_valid"] is False
    assert told["error"]["code"] == code[0]


async def test_giving_everything_back_kills_the_tokens(meta: Running, api: Client) -> None:
    user = api.user()
    assert (await user.call("DELETE", f"{meta.seed.user.id}/permissions")).body == {"success": True}
    assert (await user.get("me")).code == (190, 458)
    assert (await api.get("me")).code == (190, 458)


async def test_giving_one_permission_back(meta: Running, api: Client) -> None:
    assert (await api.user().call("DELETE", "me/permissions/pages_read_engagement")).body == {"success": True}
    assert (await api.get(f"{meta.seed.page.id}/live_videos")).code == (10, None)


async def test_access_to_data_lapses_although_the_token_looks_valid(meta: Running, api: Client) -> None:
    meta.world.clock.move(90 * DAY + 1)
    assert (await api.get("me")).code == (10, None)
    app = attrs.evolve(api, token=meta.seed.app.token)
    told = (await app.get("debug_token", input_token=api.token)).body["data"]
    assert told["is_valid"] is True
    assert told["data_access_expires_at"] < meta.world.clock.now()


async def test_the_app_itself_may_give_back(meta: Running, api: Client) -> None:
    app, user = attrs.evolve(api, token=meta.seed.app.token), meta.seed.user.id
    assert {"permission": "pages_show_list", "status": "granted"} in (await app.get(f"{user}/permissions")).body["data"]
    assert (await app.call("DELETE", f"{user}/permissions")).body == {"success": True}
    assert (await api.get("me")).code == (190, 458)
    assert (await app.call("DELETE", f"{user}/permissions")).code == (100, None)
