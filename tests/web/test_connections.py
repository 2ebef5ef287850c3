"""The page of connections, what its buttons do, the banner over pages, and what needs attention."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from ..harbour.server import HarbourServer, harbour_server
from ..harbour.site import START, Browser, HarbourSite, harbour_site


@pytest.fixture
async def platform() -> AsyncIterator[HarbourServer]:
    async with harbour_server() as made:
        yield made


@pytest.fixture
async def site(platform: HarbourServer, database_url: str, tmp_path: Path) -> AsyncIterator[HarbourSite]:
    async with harbour_site(platform, database_url, tmp_path) as made:
        yield made


@pytest.fixture
async def browser(site: HarbourSite) -> Browser:
    return await site.browser()


async def test_an_empty_page_leads_to_the_first_account(site: HarbourSite, browser: Browser) -> None:
    _, text = await browser.go("/connections")
    assert "No account is connected yet" in text and f'href="{START}"' in text
    _, text = await (await site.member("viewer")).go("/connections")
    assert "Ask an admin" in text and START not in text


async def test_the_dashboard_leads_to_the_first_account_until_there_is_one(site: HarbourSite, browser: Browser) -> None:
    await browser.send("/shows", title="Friday")
    words = "Connect the account that you go live with"
    assert words in (await browser.go("/"))[1]
    assert words not in (await (await site.member("viewer")).go("/"))[1]
    _, text = await browser.go(START)
    assert "On to the shows" in text
    assert words not in (await browser.go("/"))[1]


async def test_a_card_says_how_an_account_stands(site: HarbourSite, browser: Browser) -> None:
    site.platform.declined, site.platform.days = ("comments",), 3.5
    await browser.go(START)
    _, text = await browser.go("/connections")
    assert "Ends soon" in text and "3 days left" in text and "<code>comments</code>" in text
    _, text = await browser.go("/")
    assert "No account" not in text
    site.platform.days = None
    await browser.go(START)
    _, text = await browser.go("/connections")
    assert "Permissions missing" in text and "never by itself" in text


async def test_checking_finds_a_dead_token(site: HarbourSite, browser: Browser) -> None:
    await browser.go(START)
    [one] = await site.connections.all_of(site.workspace_id)
    where, text = await browser.send(f"/connections/{one.id}/check")
    assert where == "/connections" and "Anna&#39;s Closet works." in text
    site.platform.kill("p1")
    _, text = await browser.send(f"/connections/{one.id}/check")
    assert "has ended. Connect it again." in text and "The access token has expired." in text
    site.platform.down = True
    _, text = await browser.send(f"/connections/{one.id}/check")
    assert "does not answer now" in text


async def test_disconnecting_says_what_became_of_the_access(site: HarbourSite, browser: Browser) -> None:
    site.platform.accounts |= {"p2": "Bea's Bags"}
    where, _ = await browser.go(START)
    await browser.send(f"/connections/choose/{where.partition('id=')[2]}", account=["harbour:p1", "harbour:p2"])
    one, two = await site.connections.all_of(site.workspace_id)
    _, text = await browser.send(f"/connections/{one.id}/disconnect")
    assert "stays for the other accounts of the same sign-in" in text
    _, text = await browser.send(f"/connections/{two.id}/disconnect")
    assert "was given back" in text and "No account is connected yet" in text


async def test_an_account_that_dies_in_a_show_is_told_on_every_page(site: HarbourSite, browser: Browser) -> None:
    _, text = await browser.go("/shows")
    assert 'id="broken"' not in text
    await browser.go(START)
    [one] = await site.connections.all_of(site.workspace_id)
    await site.show_with(one.id)
    assert (await browser.call("GET", "/connections/broken"))[1] == {"lines": []}
    site.platform.kill("p1")
    await site.connections.checks.check(site.workspace_id, one.id)
    _, found = await browser.call("GET", "/connections/broken")
    [line] = found["lines"]
    assert "Friday finds is live" in line["words"]
    for path in ("/shows", "/buyers", "/settings", "/"):
        _, text = await browser.go(path)
        banner = re.search(r'<div class="broken".*?</div>', text, re.DOTALL)
        assert banner is not None and f"connection={one.id}&amp;next={path}" in banner[0]
    where, text = await browser.go(f"{line['href']}&next=/buyers")
    assert where == "/buyers" and "has ended" not in text
    site.platform.kill("p1")
    await site.connections.checks.check(site.workspace_id, one.id)
    _, found = await (await site.member("operator")).call("GET", "/connections/broken")
    assert found["lines"][0]["href"] == "" and "Ask an admin" in found["lines"][0]["words"]


async def test_what_ails_needs_attention(site: HarbourSite, browser: Browser) -> None:
    site.platform.days = 2.5
    await browser.go(START)
    [one] = await site.connections.all_of(site.workspace_id)
    _, text = await browser.go("/dashboard/attention")
    assert "ends within 3 days" in text and f"/connections#connection-{one.id}" in text
    site.platform.kill("p1")
    await site.connections.checks.check(site.workspace_id, one.id)
    _, text = await browser.go("/dashboard/attention")
    assert "The access to <bdi" in text or "has ended" in text


@pytest.mark.parametrize(
    "query", ["", "?outcome=connected", "?outcome=refused&platform=<b>", "?id=1", "?outcome=<script>"]
)
async def test_a_result_that_is_not_there_says_nothing_made_up(browser: Browser, query: str) -> None:
    _, text = await browser.go(f"/connections/result{query}")
    assert "used already" in text and "<b>" not in text.replace("<b></b>", "") and "<script>" not in text


async def test_without_a_platform_the_page_leads_to_the_plugins(site: HarbourSite, browser: Browser) -> None:
    for name in site.app.runtime.platforms.everywhere:
        plugin = site.app.runtime.platforms.plugin_of(name)
        await site.app.runtime.flags.set_override(site.workspace_id, plugin, False)
    _, text = await browser.go("/connections")
    assert "No platform is switched on" in text
