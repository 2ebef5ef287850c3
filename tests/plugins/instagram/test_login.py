"""Instagram Login against the simulator's dialog, and against every way in which its answers may differ."""

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest

from dibs.clock import utc_now
from dibs.platforms import Account, RefusedError
from dibs_instagram.platform import InstagramPlatform
from dibs_meta_simulator.serving import Running

from .odd_server import OddServer

BACK = "https://dibs.example/connections/oauth/instagram/callback"
SCOPES = ("instagram_business_basic", "instagram_business_manage_comments", "instagram_business_manage_messages")


async def consent(
    meta: Running, adapter: InstagramPlatform, *ticked: str, decision: str = "continue"
) -> dict[str, str]:
    """Go through the dialog; what one comes back with."""
    meta.seed.app.redirect_uris = [BACK]
    address = adapter.authorize_url("a state", BACK)
    form = [("account", meta.seed.account.id), ("decision", decision), *(("scope", one) for one in ticked or SCOPES)]
    async with (
        aiohttp.ClientSession() as session,
        session.post(address, data=form, allow_redirects=False) as answer,
    ):
        assert answer.status == 302, await answer.text()
        location = answer.headers["Location"]
    return {name: values[0] for name, values in parse_qs(urlsplit(location.partition("#")[0]).query).items()}


def test_the_dialog_is_asked_for_what_is_needed(adapter: InstagramPlatform) -> None:
    address = urlsplit(adapter.authorize_url("a state", BACK))
    query = {name: values[0] for name, values in parse_qs(address.query).items()}
    assert address.path.endswith("/oauth/authorize") and query.pop("client_id") == adapter.settings.app_id
    assert query == {"redirect_uri": BACK, "response_type": "code", "state": "a state", "scope": ",".join(SCOPES)}
    assert "force_reauth=true" in adapter.authorize_url("a state", BACK, ask_again=True)


async def test_a_code_becomes_an_account_with_a_lasting_token(meta: Running, adapter: InstagramPlatform) -> None:
    back = await consent(meta, adapter)
    assert back["state"] == "a state"
    [account] = await adapter.accounts(back["code"] + "#_", BACK)
    assert (account.platform, account.account_id, account.name) == ("instagram", meta.seed.account.id, "loja_demo")
    assert account.details["login"] == "instagram" and account.user_id == meta.seed.account.id
    assert set(account.scopes) == set(SCOPES) and account.missing == ()
    assert account.token.expires_at is not None
    assert timedelta(days=59) < account.token.expires_at - utc_now() <= timedelta(days=60)
    assert account.token.value not in repr(account)
    assert (await adapter.check(account)).problem is None


async def test_a_code_is_good_once_and_for_one_address(meta: Running, adapter: InstagramPlatform) -> None:
    back = await consent(meta, adapter)
    with pytest.raises(RefusedError) as wrong:
        await adapter.accounts(back["code"], BACK + "/")
    assert wrong.value.reason == "request"
    await adapter.accounts(back["code"], BACK)
    with pytest.raises(RefusedError) as again:
        await adapter.accounts(back["code"], BACK)
    assert again.value.reason == "request" and "already used" in again.value.data["said"]


async def test_what_was_not_granted_is_missing(meta: Running, adapter: InstagramPlatform) -> None:
    back = await consent(meta, adapter, "instagram_business_basic")
    [account] = await adapter.accounts(back["code"], BACK)
    assert account.missing == ("instagram_business_manage_comments",)
    assert (await consent(meta, adapter, decision="cancel"))["error"] == "access_denied"


async def test_the_flat_answer_is_understood(meta: Running, adapter: InstagramPlatform) -> None:
    meta.world.faults.set("flat_token")
    [account] = await adapter.accounts((await consent(meta, adapter))["code"], BACK)
    assert account.account_id == meta.seed.account.id and account.missing == ()


SHORT = {"access_token": "IGAAFAKESHORT", "user_id": 17841400000000001, "permissions": list(SCOPES)}
LONG = {"access_token": "IGAAFAKELONG", "token_type": "bearer", "expires_in": 5183944}
ME = {"id": "26000000000000001", "user_id": "17841400000000001", "username": "loja_demo"}


@pytest.mark.parametrize("short", [SHORT, {"data": [SHORT]}, {"data": SHORT}])
@pytest.mark.parametrize("me", [ME, {"data": [ME]}])
async def test_answers_in_every_wrapping(
    odd: OddServer, adapter_for: Callable[..., InstagramPlatform], short: object, me: object
) -> None:
    odd.on("/oauth/access_token", (200, short))
    odd.on("/access_token", (200, LONG))
    odd.on("/me", (500, {"error": {"code": 2, "message": "busy"}}), (200, me))
    [account] = await adapter_for().accounts("AQFAKE#_", BACK)
    assert (account.account_id, account.name) == ("17841400000000001", "loja_demo")
    assert account.details["own_id"] == "26000000000000001" and account.missing == ()
    [exchange] = odd.calls("/oauth/access_token")
    assert exchange.method == "POST" and exchange.query == {} and exchange.body == {
        "client_id": "1", "client_secret": "s3cret", "grant_type": "authorization_code", "redirect_uri": BACK,
        "code": "AQFAKE",
    }  # fmt: skip
    longer = next(one for one in odd.asked if one.path == "/access_token")
    assert longer.query == {
        "grant_type": "ig_exchange_token", "client_secret": "s3cret", "access_token": "IGAAFAKESHORT",
    }  # fmt: skip
    asked = odd.calls("/v25.0/me")[-1]
    assert asked.headers["Authorization"] == "Bearer IGAAFAKELONG" and "access_token" not in asked.query
    assert asked.query["appsecret_proof"]


async def test_whose_access_it_is_may_be_told_by_the_exchange_alone(
    odd: OddServer, adapter_for: Callable[..., InstagramPlatform]
) -> None:
    odd.on("/oauth/access_token", (200, {"access_token": "IGAAFAKESHORT", "user_id": "17841400000000001"}))
    odd.on("/access_token", (200, LONG))
    [account] = await adapter_for().accounts("AQFAKE", BACK)
    assert account.account_id == account.name == "17841400000000001"
    assert account.scopes == () and account.missing == ()


@pytest.mark.parametrize(
    ("status", "answer", "reason"),
    [
        (400, {"error_type": "OAuthException", "code": 400, "error_message": "Invalid platform app"}, "configuration"),
        (400, {"error_type": "OAuthException", "code": 400, "error_message": "Error validating client secret."},
         "configuration"),
        (400, {"error_type": "OAuthException", "code": 400, "error_message": "Matching code was not found"}, "request"),
        (400, {"error": {"message": "Session has expired", "type": "OAuthException", "code": 190}}, "token"),
        (200, {"data": []}, "request"),
        (200, {"access_token": ""}, "request"),
    ],
)  # fmt: skip
async def test_refused_codes_say_why_and_are_not_tried_again(
    odd: OddServer, adapter_for: Callable[..., InstagramPlatform], status: int, answer: object, reason: str
) -> None:
    odd.on("/oauth/access_token", (status, answer))
    with pytest.raises(RefusedError) as refused:
        await adapter_for().accounts("AQFAKE", BACK)
    assert refused.value.reason == reason and len(odd.asked) == 1
    assert "s3cret" not in f"{refused.value!r}{refused.value.data}"


async def test_an_account_is_subscribed_and_access_can_not_be_given_back(
    meta: Running, adapter: InstagramPlatform, account: Account
) -> None:
    await adapter.subscribe(account)
    app = meta.seed.app.id
    here, page = meta.seed.account.subscribed.get(app), meta.seed.page.subscribed.get(app)
    by_page = account.details["login"] == "facebook"
    assert (here, page) == ((None, {"feed", "live_videos"}) if by_page else ({"comments", "live_comments"}, None))
    assert await adapter.revoke(account) is False
    assert app not in meta.seed.account.subscribed
    assert (app in meta.seed.page.subscribed) is by_page
    meta.world.faults.set("error", code=190)
    assert await adapter.revoke(account) is False


async def test_a_page_that_takes_no_fields_of_its_own_is_asked_by_instagrams(
    odd: OddServer, adapter_for: Callable[..., InstagramPlatform], by_page: Account
) -> None:
    refused = (400, {"error": {"code": 100, "message": "Param subscribed_fields[0] must be one of {live_comments}"}})
    odd.on("/subscribed_apps", refused, (200, {"success": True}))
    await adapter_for(meta_app_secret="s").subscribe(by_page)
    assert [one.body["subscribed_fields"] for one in odd.asked] == ["feed,live_videos", "live_comments"]
    assert odd.asked[0].path == f"/v25.0/{by_page.details['page_id']}/subscribed_apps"


async def test_without_its_page_an_account_can_not_be_subscribed(adapter: InstagramPlatform, by_page: Account) -> None:
    with pytest.raises(RefusedError, match="Page"):
        await adapter.subscribe(Account("instagram", "1", "x", by_page.token, details={"login": "facebook"}))
