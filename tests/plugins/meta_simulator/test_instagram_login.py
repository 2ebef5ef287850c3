"""Instagram Login: the dialog, the token host with its own errors, sixty days and refreshing."""

from __future__ import annotations

import attrs

from dibs_meta_simulator.hosts import INSTAGRAM, INSTAGRAM_GRAPH
from dibs_meta_simulator.model.tokens import DAY
from dibs_meta_simulator.serving import Running

from . import logging_in
from .client import Client, Reply


async def _unversioned(api: Client, path: str, **params: str) -> Reply:
    async with api.http.get(f"{api.meta.hosts[INSTAGRAM_GRAPH]}/{path}", params=params) as answer:
        return Reply(answer.status, await answer.json(), answer.headers)


async def test_the_way_from_the_dialog_to_a_refreshed_token(meta: Running, api: Client) -> None:
    location, query = await logging_in.instagram(api)
    assert location.endswith("#_")
    assert query["state"] == "s/1"
    (short,) = (await logging_in.instagram_code(api, query["code"])).body["data"]
    assert short["user_id"] == meta.seed.account.id
    assert "instagram_business_basic" in short["permissions"].split(",")
    secret = meta.seed.app.instagram_secret
    swap = {"grant_type": "ig_exchange_token", "client_secret": secret, "access_token": short["access_token"]}
    long = (await _unversioned(api, "access_token", **swap)).body
    assert 59 * DAY < long["expires_in"] <= 60 * DAY
    again = {"grant_type": "ig_refresh_token", "access_token": long["access_token"]}
    assert (await _unversioned(api, "refresh_access_token", **again)).code == (100, None)
    meta.world.clock.move(DAY)
    fresh = (await _unversioned(api, "refresh_access_token", **again)).body
    assert 59 * DAY < fresh["expires_in"] <= 60 * DAY
    me = attrs.evolve(api, token=fresh["access_token"], host=INSTAGRAM_GRAPH)
    assert (await me.get("me", fields="user_id,username")).body["username"] == "loja_demo"
    meta.world.clock.move(60 * DAY)
    assert (await _unversioned(api, "refresh_access_token", **again)).code == (190, 463)


async def test_a_refresh_needs_the_basic_permission(meta: Running, api: Client) -> None:
    token = api.instagram().token
    meta.world.clock.move(2 * DAY)
    meta.world.tokens.withdraw(meta.seed.account.id, "instagram_business_basic")
    refused = await _unversioned(api, "refresh_access_token", grant_type="ig_refresh_token", access_token=token)
    assert refused.code == (10, None)


async def test_the_token_host_has_errors_of_its_own_shape(api: Client) -> None:
    _, query = await logging_in.instagram(api)
    assert (await logging_in.instagram_code(api, query["code"])).status == 200
    refused = await logging_in.instagram_code(api, query["code"])
    assert (refused.status, refused.body) == (
        400,
        {
            "error_type": "OAuthException",
            "code": 400,
            "error_message": "Matching code was not found or was already used",
        },
    )
    _, query = await logging_in.instagram(api)
    elsewhere = await logging_in.instagram_code(api, query["code"], redirect_uri="https://dibs.example/")
    assert (elsewhere.status, elsewhere.body["code"]) == (400, 400)


async def test_the_code_exchange_may_answer_flat(meta: Running, api: Client) -> None:
    meta.world.faults.set("flat_token")
    _, query = await logging_in.instagram(api)
    assert (await logging_in.instagram_code(api, query["code"])).body["user_id"] == meta.seed.account.id


async def test_cancel_and_part_of_the_permissions(meta: Running, api: Client) -> None:
    _, query = await logging_in.instagram(api, decision="cancel")
    assert query["error_description"] == "The user denied your request"
    assert query["state"] == "s/1"
    _, query = await logging_in.instagram(api, ticked=("instagram_business_basic",))
    (answer,) = (await logging_in.instagram_code(api, query["code"])).body["data"]
    assert answer["permissions"] == "instagram_business_basic"


async def test_old_scope_names_are_refused(api: Client) -> None:
    app = api.meta.seed.app
    app.redirect_uris = [logging_in.REDIRECT]
    params = {"client_id": app.instagram_id, "redirect_uri": logging_in.REDIRECT, "scope": "business_basic"}
    async with api.http.get(f"{api.meta.hosts[INSTAGRAM]}/oauth/authorize", params=params) as answer:
        assert answer.status == 400
        assert "business_basic" in await answer.text()


async def test_a_token_belongs_to_its_host(api: Client) -> None:
    assert (await attrs.evolve(api, token=api.instagram().token).get("me")).code == (190, None)
    assert (await attrs.evolve(api, host=INSTAGRAM_GRAPH).get("me")).code == (190, None)
