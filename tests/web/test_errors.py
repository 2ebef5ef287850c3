"""Errors as pages: in the frame, with what to do next."""

import re
from uuid import uuid4

from .conftest import PAGE, Site, send, text_of


async def test_each_error_says_what_to_do_next_inside_the_frame(site: Site) -> None:
    browser = await site.member("viewer")
    missing = await text_of(browser, f"/shows/{uuid4()}/setup", 404)
    assert "There is no such show." in missing
    assert "Check the workspace in the menu" in missing
    assert '<nav class="rail-nav"' in missing
    answer = await send(browser, "/shows", {"title": "x"})
    text = await answer.get_data(as_text=True)
    assert answer.status_code == 403
    assert "You may not do this" in text
    assert '<nav class="rail-nav"' in text


async def test_a_failure_gives_the_request_id_and_no_detail(site: Site) -> None:
    browser = await site.signed_in()
    await site.app.runtime.db.hot_fetch("ALTER TABLE items RENAME TO gone")
    await site.make_show()
    answer = await browser.get("/shows", headers={**PAGE, "X-Request-Id": "a-known-request"})
    text = await answer.get_data(as_text=True)
    assert answer.status_code == 500
    assert "<code>a-known-request</code>" in text
    assert "relation" not in text
    assert 'href="/shows">Try again' in text


async def test_an_error_is_a_page_also_when_nobody_can_be_known(site: Site) -> None:
    browser = await site.signed_in()
    await site.app.runtime.db.hot_fetch("ALTER TABLE users RENAME TO gone")
    site.app.runtime.accounts.standings.forget()
    answer = await browser.get("/shows", headers=PAGE)
    text = await answer.get_data(as_text=True)
    assert answer.status_code == 500
    assert "Something went wrong" in text
    assert not re.search(r'<nav class="rail-nav"', text)


async def test_what_a_stranger_wrote_into_an_address_is_only_text(site: Site) -> None:
    text = await text_of(await site.signed_in(), "/<script>alert(1)</script>", 404)
    assert "<script>alert" not in text
