"""Signing in and out by the pages."""

import pytest

from .conftest import EMAIL, PAGE, PASSWORD, Site, hidden_token


async def test_a_page_sends_a_stranger_to_sign_in_and_back_afterwards(site: Site) -> None:
    browser = site.browser()
    away = await browser.get("/shows?x=1", headers=PAGE)
    assert (away.status_code, away.headers["Location"]) == (303, "/sign-in?next=/shows%3Fx%3D1")
    form = await browser.get(away.headers["Location"], headers=PAGE)
    token = hidden_token(await form.get_data(as_text=True))
    body = {"email": EMAIL, "password": PASSWORD, "csrf_token": token}
    back = await browser.post(away.headers["Location"], headers=PAGE, form=body)
    assert (back.status_code, back.headers["Location"]) == (303, "/shows?x=1")
    assert (await browser.get("/shows", headers=PAGE)).status_code == 200


@pytest.mark.parametrize("target", ["https://evil.example", "//evil.example", "/\\evil.example", "/sign-in"])
async def test_sign_in_leads_nowhere_else(site: Site, target: str) -> None:
    browser = site.browser()
    form = await browser.get("/sign-in", query_string={"next": target}, headers=PAGE)
    body = {"email": EMAIL, "password": PASSWORD, "csrf_token": hidden_token(await form.get_data(as_text=True))}
    answer = await browser.post("/sign-in", query_string={"next": target}, headers=PAGE, form=body)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")


@pytest.mark.parametrize(("email", "password"), [(EMAIL, "wrong password"), ("nobody@example.com", PASSWORD)])
async def test_a_refusal_says_what_to_do_and_the_same_to_everybody(site: Site, email: str, password: str) -> None:
    browser = site.browser()
    token = hidden_token(await (await browser.get("/sign-in", headers=PAGE)).get_data(as_text=True))
    form = {"email": email, "password": password, "csrf_token": token}
    answer = await browser.post("/sign-in", headers=PAGE, form=form)
    text = await answer.get_data(as_text=True)
    assert answer.status_code == 401
    assert "Check both, or ask whoever runs this server" in text
    assert f'value="{email}"' in text
    assert password not in text


async def test_sign_in_without_its_own_form_is_refused(site: Site) -> None:
    browser = site.browser()
    form = {"email": EMAIL, "password": PASSWORD, "csrf_token": "0" * 64}
    answer = await browser.post("/sign-in", headers=PAGE, form=form)
    assert answer.status_code == 403
    assert "Sign in again" in await answer.get_data(as_text=True)
    assert (await browser.get("/shows", headers=PAGE)).status_code == 303


async def test_too_many_attempts_say_when_to_try_again(site: Site) -> None:
    browser = site.browser()
    token = hidden_token(await (await browser.get("/sign-in", headers=PAGE)).get_data(as_text=True))
    form = {"email": EMAIL, "password": "wrong", "csrf_token": token}
    for _ in range(15):
        answer = await browser.post("/sign-in", headers=PAGE, form=form)
        if answer.status_code == 429:
            break
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) >= 1
    assert "Try again in" in await answer.get_data(as_text=True)


async def test_sign_out_ends_the_session_and_needs_its_token(site: Site) -> None:
    browser = await site.signed_in()
    assert (await browser.post("/sign-out", headers=PAGE, form={})).status_code == 403
    page = await (await browser.get("/shows", headers=PAGE)).get_data(as_text=True)
    out = await browser.post("/sign-out", headers=PAGE, form={"csrf_token": hidden_token(page)})
    assert (out.status_code, out.headers["Location"]) == (303, "/sign-in")
    assert (await browser.get("/shows", headers=PAGE)).status_code == 303
