"""The way into the portal by pages: what staff press, and what a customer's browser is told."""

from __future__ import annotations

import re
from typing import Any

from quart.typing import TestClientProtocol

from .conftest import PAGE, Site, hidden_token, send, text_of


async def customer(site: Site, *, portal: bool = True) -> str:
    """A customer's page."""
    browser = await site.signed_in()
    answer = await send(browser, "/customers", {"name": "Anna"})
    here = str(answer.headers["Location"])
    if portal:
        switched = await send(browser, f"{here}/portal", {"version": "1", "to": "on"})
        assert switched.status_code == 303
    return here


async def way_in(site: Site, here: str) -> tuple[str, str]:
    """Path of the link, and the code, as staff read them."""
    answer = await send(await site.signed_in(), f"{here}/access", {})
    shown = await answer.get_data(as_text=True)
    link, code = (
        re.search(pattern, shown) for pattern in (r"(/portal/sign-in/[\w-]{43})<", r"[A-Z2-9]{5}-[A-Z2-9]{5}")
    )
    assert link is not None and code is not None, shown
    assert 'src="data:image/svg+xml' in shown
    return link[1], code[0]


async def press(browser: TestClientProtocol, path: str, **form: str) -> Any:
    """Send the form of a page."""
    token = hidden_token(await text_of(browser, path))
    return await browser.post(path, headers=PAGE, form={**form, "csrf_token": token})


async def test_looking_at_a_link_does_not_use_it_up(site: Site) -> None:
    link, _ = await way_in(site, await customer(site))
    scanner, browser = site.browser(), site.browser()
    for _ in range(2):
        assert "Hello Anna, your private shop is open." in await text_of(scanner, link)
    without_form = await browser.post(link, headers=PAGE, form={"csrf_token": "guessed"})
    assert without_form.status_code == 200 and "dibs_customer" not in without_form.headers.get("Set-Cookie", "")
    came_in = await press(browser, link)
    assert (came_in.status_code, came_in.headers["Location"]) == (303, "/portal")
    home = await browser.get("/portal", headers=PAGE)
    text = await home.get_data(as_text=True)
    assert "Hello Anna" in text and "/shows" not in text
    assert any(cookie.startswith("dibs_customer=customer_") for cookie in home.headers.getlist("Set-Cookie"))
    assert "This link does not open anything" in await text_of(scanner, link, 404)
    out = await send(browser, "/portal/sign-out", {}, seen="/portal")
    assert (out.status_code, out.headers["Location"]) == (303, "/portal/sign-in")
    away = await browser.get("/portal", headers=PAGE)
    assert (away.status_code, away.headers["Location"]) == (303, "/portal/sign-in?next=/portal")


async def test_a_code_opens_the_page_that_was_asked_for_and_no_other(site: Site) -> None:
    here = await customer(site)
    for target, leads in (("/portal/x", "/portal/x"), ("https://evil.example", "/portal"), ("/shows", "/portal")):
        _, code = await way_in(site, here)
        browser = site.browser()
        wrong = await press(browser, f"/portal/sign-in?next={target}", code="7KQ4M-T9XWD")
        assert wrong.status_code == 404
        right = await press(browser, f"/portal/sign-in?next={target}", code=code.lower())
        assert (right.status_code, right.headers["Location"]) == (303, leads)


async def test_guessing_in_the_browser_is_limited(site: Site) -> None:
    browser = site.browser()
    answers = [(await press(browser, "/portal/sign-in", code="7KQ4M-T9XWD")).status_code for _ in range(12)]
    assert answers == [404] * 10 + [429] * 2


async def test_members_and_customers_have_each_their_own_pages(site: Site) -> None:
    here = await customer(site)
    browser = site.browser()
    await press(browser, (await way_in(site, here))[0])
    away = await browser.get("/shows", headers=PAGE)
    assert (away.status_code, away.headers["Location"]) == (303, "/sign-in?next=/shows")
    assert "Sign in" in await text_of(browser, "/sign-in")
    member = await site.signed_in()
    away = await member.get("/portal", headers=PAGE)
    assert (away.status_code, away.headers["Location"]) == (303, "/portal/sign-in?next=/portal")
    nothing = await text_of(browser, "/portal/nonsense", 404)
    assert "Anna" in nothing and "To the start" in nothing


async def test_what_each_role_may_do_about_access(site: Site) -> None:
    here = await customer(site)
    operator = await site.member("operator")
    text = await text_of(operator, here)
    assert "Make a way in" in text and "Switch the portal off" not in text
    assert (await send(operator, f"{here}/portal", {"version": "2", "to": "off"})).status_code == 403
    assert (await send(operator, f"{here}/access", {})).status_code == 200
    viewer = await site.member("viewer")
    assert (await send(viewer, f"{here}/access", {})).status_code == 403
    owner = await site.signed_in()
    assert "A way in that was not used yet is good until" in await text_of(owner, here)
    assert (await send(owner, f"{here}/access/end", {})).status_code == 303
    assert (await send(owner, f"{here}/portal", {"version": "2", "to": "off"})).status_code == 303
    off = await send(owner, f"{here}/access", {})
    assert (off.status_code, off.headers["Location"]) == (303, here)
    log = await text_of(owner, "/audit")
    for words in ("made a way in for the customer", "ended the access of the customer"):
        assert words in log
