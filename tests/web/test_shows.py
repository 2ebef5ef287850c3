"""The list of shows: making, finding, and the way into a set-up."""

import re
from html import escape

import pytest

from .conftest import PAGE, Site, hidden_token, send, text_of

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


async def test_the_empty_list_says_how_to_get_a_show(site: Site) -> None:
    text = await text_of(await site.signed_in(), "/shows")
    assert "No shows yet" in text
    assert 'href="/start"' in text
    assert "dibs demo" in text
    assert "dibs replay" in text


async def test_a_new_show_opens_its_set_up_and_stands_in_the_list(site: Site) -> None:
    browser = await site.signed_in()
    made = await send(browser, "/shows", {"title": HOSTILE})
    assert made.status_code == 303
    assert re.fullmatch(r"/shows/[0-9a-f-]{36}/setup", made.headers["Location"])
    console = made.headers["Location"].replace("setup", "console")
    for path in (made.headers["Location"], console, "/shows", "/"):
        text = await text_of(browser, path)
        assert HOSTILE not in text
        assert str(escape(HOSTILE)).split("&gt;")[0] in text


async def test_a_show_that_is_made_stands_in_the_audit_log(site: Site) -> None:
    await send(await site.signed_in(), "/shows", {"title": "Linen", "scheduled_at": "2027-01-15T19:30"})
    sql = "SELECT actor_id, after ->> 'scheduled_at' AS at FROM audit_log WHERE workspace_id = $1 AND action = $2"
    rows = await site.app.runtime.db.hot_fetch(sql, site.workspace.id, "show.created")
    assert [(row["actor_id"], row["at"][:16]) for row in rows] == [(site.user.id, "2027-01-15T19:30")]


async def test_a_title_that_is_no_title_is_refused_beside_its_field(site: Site) -> None:
    browser = await site.signed_in()
    for title in ("", "   ", "x" * 201, "a\x00b"):
        answer = await send(browser, "/shows", {"title": title})
        text = await answer.get_data(as_text=True)
        assert answer.status_code == 400
        assert re.search(r'<p class="field-fault" id="field-title-fault">must ', text), title
        assert 'aria-describedby="field-title-fault" aria-invalid="true"' in text


async def test_a_planned_start_that_is_no_instant_is_refused_and_the_title_stays(site: Site) -> None:
    browser = await site.signed_in()
    answer = await send(browser, "/shows", {"title": "Linen", "scheduled_at": "tomorrow"})
    text = await answer.get_data(as_text=True)
    assert answer.status_code == 400
    assert "must be a day and a time" in text
    assert 'value="Linen"' in text
    assert "No shows yet" in text


async def test_a_show_is_not_made_without_the_sessions_token(site: Site) -> None:
    browser = await site.signed_in()
    assert (await browser.post("/shows", headers=PAGE, form={"title": "Sale"})).status_code == 403


async def test_what_runs_now_stands_on_top(site: Site) -> None:
    await site.make_show("First", "active")
    await site.make_show("Second")
    text = await text_of(await site.signed_in(), "/shows/list")
    assert text.index("First") < text.index("Second")
    assert "started <time" in text


async def test_shows_are_found_by_state_and_by_title(site: Site) -> None:
    await site.make_show("Linen week", "ended")
    await site.make_show("100 % wool")
    await site.make_show("Denim", "active")
    browser = await site.signed_in()
    for path, found in {
        "/shows?status=ended": {"Linen week"},
        "/shows?status=live": {"Denim"},
        "/shows?status=draft": {"100 % wool"},
        "/shows?q=lin": {"Linen week"},
        "/shows?q=%25": {"100 % wool"},
        "/shows?q=_": set(),
        "/shows?status=nonsense": {"Linen week", "100 % wool", "Denim"},
    }.items():
        text = await text_of(browser, path)
        assert set(re.findall(r'<bdi class="show-name">([^<]+)', text)) == found, path
    assert "No show has that in its title" in await text_of(browser, "/shows?q=zzz")


async def test_a_long_list_comes_in_pages_with_nothing_twice_and_nothing_left_out(site: Site) -> None:
    made = {f"Show {number}" for number in range(65)}
    for title in sorted(made):
        await site.make_show(title)
    browser, path, seen, pages = await site.signed_in(), "/shows", list[str](), 0
    while path:
        text = await text_of(browser, path)
        seen += re.findall(r'<bdi class="show-name">([^<]+)', text)
        following = re.search(r'href="(/shows\?[^"]+)" rel="next"', text)
        path, pages = following[1] if following else "", pages + 1
    assert (len(seen), set(seen), pages) == (65, made, 3)


async def test_a_viewer_sees_the_list_and_changes_nothing(site: Site) -> None:
    await site.make_show("Linen")
    browser = await site.member("viewer")
    text = await text_of(browser, "/shows")
    assert "Linen" in text
    assert "Create show" not in text
    assert "data-call" not in text
    form = {"title": "Mine", "csrf_token": hidden_token(text)}
    assert (await browser.post("/shows", headers=PAGE, form=form)).status_code == 403


@pytest.mark.parametrize(("status", "page"), [("draft", "setup"), ("paused", "console"), ("ended", "summary")])
async def test_the_address_of_a_show_leads_to_the_page_that_matters_now(site: Site, status: str, page: str) -> None:
    show = await site.make_show(status=status)
    answer = await (await site.signed_in()).get(f"/shows/{show}", headers=PAGE)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/shows/{show}/{page}")
