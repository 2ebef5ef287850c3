"""The list of shows and the way into a console."""

import re
from html import escape

import pytest

from .conftest import PAGE, Site, hidden_token

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


async def test_the_empty_list_says_how_to_get_a_show(site: Site) -> None:
    text = await (await (await site.signed_in()).get("/shows", headers=PAGE)).get_data(as_text=True)
    assert "No shows yet" in text
    assert "dibs demo" in text
    assert "dibs replay" in text


async def test_a_new_show_opens_its_console_and_stands_in_the_list(site: Site) -> None:
    browser = await site.signed_in()
    token = hidden_token(await (await browser.get("/shows", headers=PAGE)).get_data(as_text=True))
    made = await browser.post("/shows", headers=PAGE, form={"title": HOSTILE, "csrf_token": token})
    assert made.status_code == 303
    console = await browser.get(made.headers["Location"], headers=PAGE)
    text = await console.get_data(as_text=True)
    assert console.status_code == 200
    assert "require-trusted-types-for 'script'" in console.headers["Content-Security-Policy"]
    assert re.search(r'<meta name="csrf-token" content="[0-9a-f]{64}">', text)
    for page in (text, await (await browser.get("/shows", headers=PAGE)).get_data(as_text=True)):
        assert HOSTILE not in page
        assert str(escape(HOSTILE)).split("&gt;")[0] in page


@pytest.mark.parametrize("title", ["", "   ", "x" * 201, "a\x00b"])
async def test_a_title_that_is_no_title_is_refused_with_a_word(site: Site, title: str) -> None:
    browser = await site.signed_in()
    token = hidden_token(await (await browser.get("/shows", headers=PAGE)).get_data(as_text=True))
    answer = await browser.post("/shows", headers=PAGE, form={"title": title, "csrf_token": token})
    assert answer.status_code == 400
    assert "The show was not made: title must" in await answer.get_data(as_text=True)


async def test_a_show_is_not_made_without_the_sessions_token(site: Site) -> None:
    browser = await site.signed_in()
    assert (await browser.post("/shows", headers=PAGE, form={"title": "Sale"})).status_code == 403


async def test_what_runs_now_stands_on_top(site: Site) -> None:
    browser = await site.signed_in()
    token = hidden_token(await (await browser.get("/shows", headers=PAGE)).get_data(as_text=True))
    first = await browser.post("/shows", headers=PAGE, form={"title": "First", "csrf_token": token})
    await browser.post("/shows", headers=PAGE, form={"title": "Second", "csrf_token": token})
    show_id = first.headers["Location"].split("/")[2]
    sql = "UPDATE shows SET status = 'active', activated_at = now() WHERE workspace_id = $1 AND id = $2"
    await site.app.runtime.db.hot_fetch(sql, site.workspace.id, show_id)
    text = await (await browser.get("/shows/list", headers=PAGE)).get_data(as_text=True)
    assert text.index("First") < text.index("Second")
    assert "started <time" in text
