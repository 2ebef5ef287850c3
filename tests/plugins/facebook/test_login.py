"""Signing in through the simulator's dialog, and what a connected account is good for."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import parse_qs, urlsplit

import aiohttp
import attrs
import pytest

from dibs.outgoing import Outgoing
from dibs.platforms import Account, PlatformContext, RefusedError
from dibs_facebook import FacebookPlatform
from dibs_facebook.login import NEEDED, NEEDED_FOR_INSTAGRAM
from dibs_meta_simulator.model.lives import LiveVideo
from dibs_meta_simulator.model.tokens import Death
from dibs_meta_simulator.serving import Running

from .conftest import instance

REDIRECT = "https://dibs.example/connections/oauth/facebook/callback"


async def code_for(
    meta: Running, platform: FacebookPlatform, pages: Sequence[str], declined: Sequence[str] = ()
) -> str:
    """Click through the dialog."""
    meta.seed.app.redirect_uris = [REDIRECT]
    address = platform.authorize_url("s1", REDIRECT)
    scopes = parse_qs(urlsplit(address).query)["scope"][0].split(",")
    form = [("user", meta.seed.user.id), ("decision", "continue"), *(("page", page) for page in pages)]
    form += [("scope", scope) for scope in scopes if scope not in declined]
    async with aiohttp.request("POST", address, data=form, allow_redirects=False) as answer:
        assert answer.status == 302, await answer.text()
        query = parse_qs(urlsplit(answer.headers["Location"]).query)
    assert query["state"] == ["s1"]
    return query["code"][0]


def test_the_dialog_asks_for_what_is_needed(platform: FacebookPlatform) -> None:
    query = parse_qs(urlsplit(platform.authorize_url("s1", REDIRECT, ask_again=True)).query)
    assert query["response_type"] == ["code"] and query["redirect_uri"] == [REDIRECT] and query["state"] == ["s1"]
    assert query["auth_type"] == ["rerequest"]
    assert set(query["scope"][0].split(",")) == {*NEEDED, *NEEDED_FOR_INSTAGRAM}
    assert platform.missing_settings() == ()


async def test_a_configuration_stands_for_the_scopes(meta: Running) -> None:
    settings = instance(meta, config_id="777", scopes=["business_management"])
    platform = FacebookPlatform(PlatformContext(settings, Outgoing(), ""))
    query = parse_qs(urlsplit(platform.authorize_url("s1", REDIRECT)).query)
    assert query["config_id"] == ["777"] and "scope" not in query
    bare = FacebookPlatform(PlatformContext(None, Outgoing(), ""))
    assert bare.missing_settings() == ("app_id", "app_secret")
    assert bare.authorize_url("s", REDIRECT).startswith("https://www.facebook.com/v25.0/dialog/oauth?")


async def test_pages_and_the_instagram_accounts_behind_them(meta: Running, platform: FacebookPlatform) -> None:
    seed = meta.seed
    code = await code_for(meta, platform, [seed.page.id, seed.second_page.id])
    found = {account.account_id: account for account in await platform.accounts(code + "#_=_", REDIRECT)}
    assert set(found) == {seed.page.id, seed.second_page.id, seed.account.id}
    page, behind = found[seed.page.id], found[seed.account.id]
    assert (page.platform, page.name, page.user_id, page.missing) == ("facebook", "Loja Demo", seed.user.id, ())
    assert page.token.expires_at is None and page.token.data_access_until is not None
    assert (behind.platform, behind.name, behind.token) == ("instagram", "loja_demo", page.token)
    assert behind.details["login"] == "facebook" and behind.details["page_id"] == seed.page.id
    assert page.details["alone"] == "no" and "MODERATE" in page.details["tasks"]
    for account in found.values():
        assert account.token.value not in repr(account) and account.token.value not in str(account.details)
    health = await platform.check(page)
    assert health.problem is None and health.missing == () and health.token.expires_at is None
    assert await platform.refresh(page) is None


async def test_a_code_is_good_once_and_for_its_redirect(meta: Running, platform: FacebookPlatform) -> None:
    code = await code_for(meta, platform, [meta.seed.page.id])
    with pytest.raises(RefusedError):
        await platform.accounts(code, REDIRECT + "/other")
    await platform.accounts(code, REDIRECT)
    calls = meta.world.calls.count("oauth")
    with pytest.raises(RefusedError) as caught:
        await platform.accounts(code, REDIRECT)
    assert caught.value.reason == "request" and code not in str(caught.value.data)
    assert meta.world.calls.count("oauth") - calls <= 1


async def test_a_hiccup_after_the_exchange_costs_no_second_dialog(meta: Running, platform: FacebookPlatform) -> None:
    code = await code_for(meta, platform, [meta.seed.page.id])
    meta.world.faults.set("error", code=2, calls=1, where={"endpoint": "debug_token"})
    meta.world.faults.set("html", calls=1, where={"endpoint": "accounts"})
    assert len(await platform.accounts(code, REDIRECT)) == 2


async def test_what_was_declined_is_missing(meta: Running, platform: FacebookPlatform) -> None:
    code = await code_for(
        meta, platform, [meta.seed.page.id], declined=["pages_messaging", "instagram_manage_comments"]
    )
    page, behind = await platform.accounts(code, REDIRECT)
    assert page.missing == ("pages_messaging",) and behind.missing == ("instagram_manage_comments",)
    assert "pages_messaging" not in page.scopes
    assert (await platform.check(page)).missing == ("pages_messaging",)


@pytest.mark.parametrize(
    ("death", "reason"),
    [(Death.REMOVED, "removed"), (Death.CHECKPOINT, "login"), (Death.EXPIRED, "token"), (Death.ROLE, "permission")],
)
async def test_a_dead_token_is_an_answer(
    meta: Running, platform: FacebookPlatform, account: Account, death: Death, reason: str
) -> None:
    meta.world.tokens.kill(meta.seed.user.id, death)
    health = await platform.check(account)
    assert health.problem is not None and health.problem.reason == reason


async def test_a_token_that_is_none_is_dead(platform: FacebookPlatform, account: Account) -> None:
    health = await platform.check(attrs.evolve(account, token=attrs.evolve(account.token, value="nonsense")))
    assert health.problem is not None and health.problem.reason == "token"


async def test_a_page_is_subscribed_and_given_back(meta: Running, platform: FacebookPlatform, account: Account) -> None:
    await platform.subscribe(account)
    assert meta.world.calls.count("subscribed_apps", "POST") == 1
    assert await platform.revoke(account) is False
    assert meta.world.calls.count("subscribed_apps", "DELETE") == 1
    assert (await platform.check(account)).problem is None
    alone = attrs.evolve(account, details={"alone": "yes"})
    assert await platform.revoke(alone) is True
    health = await platform.check(account)
    assert health.problem is not None and health.problem.reason in ("removed", "token")
    assert await platform.revoke(alone) is True


async def test_the_broadcast_that_runs_comes_first(
    meta: Running, platform: FacebookPlatform, account: Account, live: LiveVideo
) -> None:
    planned = meta.world.lives.schedule(meta.seed.page.id, "Sábado")
    running, later = await platform.lives(account)
    assert (running.live_id, running.alternate_ids, running.status) == (live.id, (live.video_id,), "live")
    assert running.viewers == 37 and running.seller_ids == (account.account_id,) and running.started_at is not None
    assert running.url.endswith(f"/{account.account_id}/videos/{live.video_id}/") and running.url.startswith("http")
    assert (later.live_id, later.title, later.status) == (planned.id, "Sábado", "scheduled")
    meta.world.faults.set("live_now_status")
    assert (await platform.lives(account))[0].status == "live"
    meta.world.lives.end(live.id)
    assert [one.live_id for one in await platform.lives(account)] == [planned.id]


async def test_a_pasted_id_finds_its_broadcast(
    meta: Running, platform: FacebookPlatform, account: Account, live: LiveVideo
) -> None:
    for text in (live.id, f"https://www.facebook.com/lojademo/videos/{live.video_id}/", live.post_id):
        pasted = platform.live_id_in(text)
        assert pasted is not None
        assert (await platform.live(account, pasted)).live_id == live.id
    meta.world.lives.end(live.id)
    ended = await platform.live(account, live.id)
    assert (ended.live_id, ended.status) == (live.id, "ended")
    assert (await platform.live(account, live.video_id)).status == "unknown"
    with pytest.raises(RefusedError) as caught:
        await platform.live(account, "399999999999999")
    assert caught.value.reason == "gone"
