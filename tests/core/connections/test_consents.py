"""The way to the platform's dialog and back, and each way in which it can end otherwise."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from ...harbour.server import HarbourServer
from ...harbour.site import START, Browser, HarbourSite, harbour_site


@pytest.fixture
async def site(harbour: HarbourServer, database_url: str, tmp_path: Path) -> AsyncIterator[HarbourSite]:
    async with harbour_site(harbour, database_url, tmp_path) as made:
        yield made


@pytest.fixture
async def browser(site: HarbourSite) -> Browser:
    return await site.browser()


async def names(site: HarbourSite) -> list[tuple[str, str]]:
    return [(one.name, one.status) for one in await site.connections.all_of(site.workspace_id)]


async def test_consent_connects_the_one_account_and_subscribes_it(site: HarbourSite, browser: Browser) -> None:
    where, text = await browser.go(START)
    assert where.startswith("/connections/result?id=")
    assert "Anna&#39;s Closet" in text
    assert await names(site) == [("Anna's Closet", "connected")]
    assert site.platform.calls == [("subscribe", "p1")]


async def test_of_several_accounts_somebody_chooses(site: HarbourSite, browser: Browser) -> None:
    site.platform.accounts = {"p1": "Anna's Closet", "p2": "Bea's Bags", "p3": "Private"}
    where, text = await browser.go(START)
    assert "Which accounts?" in text and text.count("checked") == 3
    assert await names(site) == []
    result_id = parse_qs(urlsplit(where).query)["id"][0]
    stranger = await site.browser()
    await stranger.send(f"/connections/choose/{result_id}", account="harbour:p3")
    assert await names(site) == []
    chosen = {"account": ["harbour:p1", "harbour:p2"]}
    _, text = await browser.send(f"/connections/choose/{result_id}", **chosen)
    assert "Bea&#39;s Bags" in text
    assert [name for name, _ in await names(site)] == ["Anna's Closet", "Bea's Bags"]
    _, text = await browser.send(f"/connections/choose/{result_id}", account="harbour:p3")
    assert "used already" in text
    assert len(await names(site)) == 2


async def test_a_state_is_good_once(site: HarbourSite, browser: Browser) -> None:
    back = await browser.back(await browser.away())
    await browser.go(back)
    site.platform.accounts = {"p9": "Sneaky"}
    where, text = await browser.go(back)
    assert where == "/connections/result?outcome=unknown&platform=harbour" and "used already" in text
    assert [name for name, _ in await names(site)] == ["Anna's Closet"]


async def test_a_state_is_good_for_ten_minutes(site: HarbourSite, browser: Browser) -> None:
    back = await browser.back(await browser.away())
    await site.app.runtime.db.hot_fetch("UPDATE oauth_states SET expires_at = now() - interval '1 second'")
    where, text = await browser.go(back)
    assert "outcome=expired" in where and "took too long" in text
    assert await names(site) == []


async def test_a_state_is_good_in_its_browser_alone(site: HarbourSite, browser: Browser) -> None:
    back = await browser.back(await browser.away())
    other = await site.browser()
    where, text = await other.go(back)
    assert "outcome=foreign" in where and "begun elsewhere" in text
    where, _ = await browser.go(back)
    assert "outcome=unknown" in where
    assert await names(site) == []


async def test_who_was_signed_out_meanwhile_is_told_so(site: HarbourSite, browser: Browser) -> None:
    back = await browser.back(await browser.away())
    await site.app.runtime.accounts.close_session(browser.token)
    where, _ = await browser.go(back)
    assert where.startswith("/sign-in?next=/connections/result")
    assert await names(site) == []


async def test_who_lost_the_role_meanwhile_connects_nothing(site: HarbourSite) -> None:
    browser = await site.member("admin")
    back = await browser.back(await browser.away())
    db = site.app.runtime.db
    await db.hot_fetch(
        "UPDATE members SET role = 'viewer' WHERE workspace_id = $1 AND role = 'admin'", site.workspace_id
    )
    site.app.runtime.accounts.standings.forget()
    where, text = await browser.go(back)
    assert "outcome=forbidden" in where and "Only admins" in text
    assert await names(site) == []


@pytest.mark.parametrize(
    "query", [{}, {"state": ""}, {"state": "x" * 3000, "code": "1"}, {"code": "1", "state": "\x00é"}]
)
async def test_made_up_answers_of_a_dialog_do_nothing(
    site: HarbourSite, browser: Browser, query: dict[str, str]
) -> None:
    where, _ = await browser.go(f"/api/connections/oauth/harbour/callback?{urlencode(query)}")
    assert "outcome=unknown" in where
    assert await names(site) == []


async def test_no_is_an_answer(site: HarbourSite, browser: Browser) -> None:
    site.platform.consent = False
    _, text = await browser.go(START)
    assert "Nothing was connected" in text and "Begin again" in text and "The user said no" in text
    assert await names(site) == []


async def test_permissions_that_were_left_out_are_named_and_asked_for_again(
    site: HarbourSite, browser: Browser
) -> None:
    site.platform.declined = ("comments",)
    _, text = await browser.go(START)
    assert "Not granted" in text and "<code>comments</code>" in text
    assert f"{START}?ask_again=1" in text
    [one] = await site.connections.all_of(site.workspace_id)
    assert (one.health, one.missing) == ("incomplete", ["comments"])
    site.platform.declined = ()
    await browser.go(f"{START}?ask_again=1")
    assert site.platform.again is True
    [one] = await site.connections.all_of(site.workspace_id)
    assert (one.health, one.missing) == ("good", [])


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ({"down": True}, "does not answer"),
        ({"refused": "configuration"}, "how this server is registered"),
        ({"refused": "login"}, "wants something from you first"),
        ({"redirect_uri": "http://elsewhere.example/"}, "how this server is registered"),
        ({"accounts": {}}, "No account was found"),
    ],
)
async def test_what_goes_wrong_at_the_platform_ends_on_a_page(
    site: HarbourSite, browser: Browser, fault: dict[str, object], words: str
) -> None:
    dialog = await browser.away()
    back = await browser.back(dialog)
    for name, value in fault.items():
        setattr(site.platform, name, value)
    _, text = await browser.go(back)
    assert words in text and "Begin again" in text
    assert await names(site) == []


async def test_a_code_that_was_used_is_told(site: HarbourSite, browser: Browser) -> None:
    back = await browser.back(await browser.away())
    site.platform.codes.clear()
    _, text = await browser.go(back)
    assert "Harbour refused" in text and "The code was used already." in text


async def test_a_subscription_that_fails_is_shown_and_not_fatal(site: HarbourSite, browser: Browser) -> None:
    site.platform.deaf = True
    _, text = await browser.go(START)
    assert "This app may not subscribe." in text
    assert await names(site) == [("Anna's Closet", "connected")]


async def test_connecting_again_comes_back_to_the_page_that_it_began_on(site: HarbourSite, browser: Browser) -> None:
    await browser.go(START)
    [one] = await site.connections.all_of(site.workspace_id)
    site.platform.kill("p1")
    await site.connections.checks.check(site.workspace_id, one.id)
    assert await names(site) == [("Anna's Closet", "reconnect")]
    site.platform.accounts |= {"p2": "Another"}
    where, _ = await browser.go(f"/connections/harbour/reconnect?connection={one.id}&next=/shows")
    assert where == "/shows"
    [again] = await site.connections.all_of(site.workspace_id)
    assert (again.id, again.status) == (one.id, "connected")


async def test_connecting_again_as_somebody_else_changes_nothing(site: HarbourSite, browser: Browser) -> None:
    await browser.go(START)
    [one] = await site.connections.all_of(site.workspace_id)
    site.platform.accounts = {"p2": "Another"}
    _, text = await browser.go(f"{START}?connection={one.id}&next=/shows")
    assert "another account" in text
    assert [(found.id, found.version) for found in await site.connections.all_of(site.workspace_id)] == [
        (one.id, one.version)
    ]


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
async def test_no_way_leads_off_this_server(site: HarbourSite, browser: Browser, target: str) -> None:
    where, _ = await browser.go(f"{START}?{urlencode({'next': target})}")
    assert where.startswith("/connections/result")


async def test_a_server_that_is_not_set_up_says_what_is_missing(
    harbour: HarbourServer, database_url: str, tmp_path: Path
) -> None:
    async with harbour_site(harbour, database_url, tmp_path, url=harbour.url) as site:
        browser = await site.browser()
        for path in (START, "/connections"):
            _, text = await browser.go(path)
            assert "DIBS_HARBOUR__APP_ID" in text
            assert f"{site.app.runtime.settings.origin}/api/connections/oauth/harbour/callback" in text


async def test_words_that_cant_be_stored_end_on_the_page_all_the_same(site: HarbourSite, browser: Browser) -> None:
    state = parse_qs(urlsplit(await browser.away()).query)["state"][0]
    query = urlencode({"state": state, "error": "access_denied", "error_description": "no\0 thanks"})
    where, _ = await browser.go(f"/api/connections/oauth/harbour/callback?{query}")
    assert where.startswith("/connections/result?id=")
