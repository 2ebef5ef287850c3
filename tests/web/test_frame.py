"""The frame around every page: navigation by role, workspaces, language, the message of the page before."""

import re

import orjson
import pytest

from dibs_web.i18n import LANGUAGES

from .conftest import EMAIL, PAGE, Site, send, text_of

NAV = {
    "viewer": {"/", "/shows", "/buyers", "/settings", "/connections", "/plugins", "/tester"},
}
NAV["operator"] = NAV["viewer"] | {"/catalogue", "/customers", "/orders", "/credit", "/live", "/pick-list", "/runs"}
NAV["admin"] = NAV["owner"] = NAV["operator"] | {"/members", "/audit", "/pricing", "/purchase-orders"}


@pytest.mark.parametrize("role", list(NAV))
async def test_the_navigation_leads_where_the_role_may_go(site: Site, role: str) -> None:
    browser = await site.member(role)
    text = await text_of(browser, "/shows")
    nav = re.search(r'<nav class="rail-nav".*?</nav>', text, re.DOTALL)
    assert nav is not None
    lists = "".join(re.findall(r"<ul.*?</ul>", nav[0], re.DOTALL))
    assert set(re.findall(r'href="([^"]+)"', lists)) == NAV[role]
    assert re.findall(r'href="([^"]+)" aria-current="page"', lists) == ["/shows"]
    for path in ("/", "/shows", "/workspaces"):
        await text_of(browser, path)


async def test_the_switcher_leads_to_another_workspace_and_back(site: Site) -> None:
    browser = await site.signed_in()
    made = await send(browser, "/workspaces", {"name": "Second <shop>"})
    assert (made.status_code, made.headers["Location"]) == (303, "/")
    text = await text_of(browser, "/")
    assert '<bdi class="place-name">Second &lt;shop&gt;</bdi>' in text
    assert "The workspace Second &lt;shop&gt; is yours." in text
    await site.enter(browser, str(site.workspace.id))
    text = await text_of(browser, "/")
    assert f'<bdi class="place-name">{site.workspace.name.replace(chr(39), "&#39;")}</bdi>' in text


async def test_a_workspace_needs_a_name(site: Site) -> None:
    browser = await site.signed_in()
    for name in ("", "   ", "x" * 121, "two\nlines"):
        answer = await send(browser, "/workspaces", {"name": name})
        assert answer.status_code == 400, name
        assert 'id="field-name-fault"' in await answer.get_data(as_text=True)


async def test_nobody_enters_a_workspace_of_others(site: Site) -> None:
    browser = await site.member("viewer")
    other = await site.signed_in()
    await send(other, "/workspaces", {"name": "Secret"})
    rows = await site.app.runtime.db.hot_fetch("SELECT id FROM workspaces WHERE name = 'Secret'")
    for wanted in (str(rows[0][0]), "nonsense", ""):
        answer = await send(browser, "/workspaces/switch", {"workspace_id": wanted})
        assert answer.status_code == 404
        assert "Secret" not in await answer.get_data(as_text=True)


async def test_somebody_who_was_taken_out_is_led_to_their_other_workspaces(site: Site) -> None:
    browser = await site.member("operator")
    sql = "DELETE FROM members WHERE workspace_id = $1 AND role = 'operator'"
    await site.app.runtime.db.hot_fetch(sql, site.workspace.id)
    site.app.runtime.accounts.standings.forget()
    for path in ("/", "/shows", f"/shows/{await site.make_show()}/console"):
        away = await browser.get(path, headers=PAGE)
        assert (away.status_code, away.headers["Location"]) == (303, "/workspaces")
    text = await text_of(browser, "/workspaces")
    assert "You are no longer a member" in text
    own = re.search(r'name="workspace_id" value="([0-9a-f-]+)"', text)
    assert own is not None
    await site.enter(browser, own[1])
    assert "operator" in await text_of(browser, "/shows")


async def test_the_message_of_the_page_before_is_said_once_and_only_if_this_session_wrote_it(site: Site) -> None:
    browser = await site.signed_in()
    await site.enter(browser, str(site.workspace.id))
    assert "You are in Bea" in await text_of(browser, "/shows")
    assert "You are in Bea" not in await text_of(browser, "/shows")
    for forged in ("bm9uc2Vuc2U=.0", "nonsense", "eyJ3b3JkcyI6ICJmb3JnZWQifQ==.00ff", "."):
        browser.set_cookie("localhost", "dibs_toast", forged)
        assert "data-toast" not in await text_of(browser, "/shows")


async def test_the_language_follows_the_browser_then_the_choice(site: Site) -> None:
    answer = await site.browser().get("/sign-in", headers={**PAGE, "Accept-Language": "es-MX,en;q=0.5"})
    assert '<html lang="es">' in await answer.get_data(as_text=True)
    browser = await site.signed_in()
    assert '<html lang="en">' in await text_of(browser, "/shows")
    answer = await send(browser, "/language", {"language": "es", "next": "/shows"}, seen="/shows")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/shows")
    assert '<html lang="es">' in await text_of(browser, "/shows")
    assert '<html lang="es">' in await text_of(await site.signed_in(), "/shows")
    for language, target in (("xx", "/shows"), ("en", "https://evil.example")):
        answer = await send(browser, "/language", {"language": language, "next": target}, seen="/shows")
        assert answer.headers["Location"] in ("/shows", "/")
    assert '<html lang="en">' in await text_of(browser, "/shows")
    sql = "SELECT before, after FROM audit_log WHERE action = 'account.edited' ORDER BY id"
    changes = [tuple(map(orjson.loads, row)) for row in await site.app.runtime.db.hot_fetch(sql)]
    assert changes == [({"language": None}, {"language": "es"}), ({"language": "es"}, {"language": "en"})]


@pytest.mark.parametrize("language", list(LANGUAGES))
async def test_the_texts_of_the_scripts_are_a_script_that_is_kept_for_good(site: Site, language: str) -> None:
    browser = site.browser()
    page = await (await browser.get("/sign-in", headers={**PAGE, "Accept-Language": language})).get_data(as_text=True)
    address = re.search(rf'<script src="(/i18n/[0-9a-f]{{16}}/{language}\.js)">', page)
    assert address is not None
    answer = await browser.get(address[1])
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert (await answer.get_data(as_text=True)).startswith("globalThis.dibsMessages=")
    assert (await browser.get(address[1].replace(f"{language}.js", "xx.js"))).status_code == 404


async def test_a_part_of_a_page_tells_the_whole_page_to_sign_in(site: Site) -> None:
    headers = {**PAGE, "HX-Request": "true", "HX-Current-URL": "http://localhost/shows?q=1"}
    answer = await site.browser().get("/dashboard/live", headers=headers)
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (401, "/sign-in?next=/shows")
    assert EMAIL not in await answer.get_data(as_text=True)
