"""The pages of members, invitations and one's own account: what they refuse, and to whom they show what."""

import re
from typing import Any

import pytest
from quart.typing import TestClientProtocol

from dibs.accounts.model import Registration
from dibs.audit_log import Actor

from .conftest import EMAIL, PAGE, PASSWORD, Site, hidden_token

NEW = "four words put together"


async def text_of(browser: TestClientProtocol, path: str, status: int = 200) -> str:
    answer = await browser.get(path, headers=PAGE)
    text: str = await answer.get_data(as_text=True)
    assert answer.status_code == status, text
    return text


async def send(browser: TestClientProtocol, page: str, action: str, **form: str) -> tuple[int, str, str]:
    """Send a form of a page: status, where it leads, and what it shows."""
    token = hidden_token(await text_of(browser, page))
    answer = await browser.post(action, headers=PAGE, form={"csrf_token": token, **form})
    return answer.status_code, answer.headers.get("Location", ""), await answer.get_data(as_text=True)


async def helper(site: Site, role: str) -> TestClientProtocol:
    """A browser in which somebody with this role is signed in."""
    accounts = site.app.runtime.accounts
    _, token = await accounts.invitations.create(site.workspace.id, Actor(site.user.id, "Bea"), role, None)  # type: ignore[arg-type]
    new = Registration(f"{role}@example.com", PASSWORD, role.title(), invitation=token)
    user, _ = await accounts.register(new, "127.0.0.1")
    browser = site.browser()
    await browser.get("/sign-in/" + await accounts.create_sign_in_link(user.id))
    return browser


async def test_a_stranger_can_not_register_without_an_invitation(site: Site) -> None:
    assert "made by invitation" in await text_of(site.browser(), "/register", 403)
    assert "can’t be used" in await text_of(site.browser(), "/register?invitation=nonsense", 403)
    assert "no such invitation" in await text_of(site.browser(), "/join/nonsense", 404)
    assert "Make one" not in await text_of(site.browser(), "/sign-in")


async def test_the_members_page_is_for_those_who_may_see_addresses(site: Site) -> None:
    assert EMAIL in await text_of(await site.signed_in(), "/members")
    admin, operator = await helper(site, "admin"), await helper(site, "operator")
    shown = await text_of(admin, "/members")
    assert 'value="owner"' not in shown
    assert "/members/link" not in shown  # only whoever runs the instance makes sign-in links
    assert EMAIL not in await text_of(operator, "/members", 403)
    token = hidden_token(await text_of(operator, "/account"))
    for action in ("invite", "role", "revoke", "link"):
        answer = await operator.post(f"/members/{action}", headers=PAGE, form={"csrf_token": token})
        assert (action, answer.status_code) == (action, 403)


async def test_a_link_is_shown_once_and_can_be_taken_back(site: Site) -> None:
    browser = await site.signed_in()
    status, _, shown = await send(browser, "/members", "/members/invite", role="viewer", email="")
    link = re.search(r'id="link-url">http://localhost(/join/[\w-]+)<', shown)
    assert status == 200
    assert link is not None
    listed = await text_of(browser, "/members")
    assert link[1] not in listed
    invitation = re.search(r'name="invitation_id" value="([0-9a-f-]{36})"', listed)
    assert invitation is not None
    status, to, _ = await send(browser, "/members", "/members/revoke", invitation_id=invitation[1])
    assert (status, to) == (303, "/members")
    assert "It was taken back." in await text_of(site.browser(), link[1])


@pytest.mark.parametrize(
    ("action", "form", "status"),
    [
        ("invite", {"role": "boss"}, 404),
        ("invite", {"role": "viewer", "email": "nobody"}, 400),
        ("role", {"role": "viewer", "user_id": "nobody"}, 404),
        ("remove", {"user_id": "01a1fc54-5636-790f-b493-f244132829c3"}, 404),
        ("revoke", {"invitation_id": "01a1fc54-5636-790f-b493-f244132829c3"}, 409),
    ],
)
async def test_nonsense_is_refused_with_words(site: Site, action: str, form: Any, status: int) -> None:
    assert (await send(await site.signed_in(), "/members", f"/members/{action}", **form))[0] == status


async def test_the_last_owner_is_told_why_they_stay(site: Site) -> None:
    browser, me = await site.signed_in(), str(site.user.id)
    for action, form in (("remove", {"user_id": me}), ("role", {"user_id": me, "role": "viewer"})):
        status, _, shown = await send(browser, "/members", f"/members/{action}", **form)
        assert (status, "A workspace needs an owner" in shown) == (409, True)


async def test_an_operator_leaves_by_the_account_page(site: Site) -> None:
    browser = await helper(site, "operator")
    user_id = re.search(r'name="user_id" value="([0-9a-f-]{36})"', await text_of(browser, "/account"))
    assert user_id is not None
    status, to, _ = await send(browser, "/account", "/members/remove", user_id=user_id[1])
    assert (status, to) == (303, "/workspaces")
    assert "no longer a member" in await text_of(browser, "/workspaces")


async def test_whoever_runs_the_instance_makes_a_sign_in_link(site: Site) -> None:
    await helper(site, "viewer")
    browser, viewer = await site.signed_in(), await site.app.runtime.accounts.user_id("viewer@example.com")
    status, _, shown = await send(browser, "/members", "/members/link", user_id=str(viewer))
    link = re.search(r"(/sign-in/[\w-]{40,})<", shown)
    assert status == 200
    assert link is not None
    forgetful = site.browser()
    assert (await forgetful.get(link[1], headers=PAGE)).headers["Location"] == "/account"
    assert "You came by a sign-in link" in await text_of(forgetful, "/account")
    status, to, _ = await send(forgetful, "/account", "/account/password", new_password=NEW)
    assert (status, to) == (303, "/account")


@pytest.mark.parametrize(
    ("action", "form", "words"),
    [
        ("profile", {"name": "", "language": ""}, "Enter a name"),
        ("profile", {"name": "Bea", "language": "xx"}, "Enter a name"),
        ("email", {"email": "nobody", "password": PASSWORD}, "Enter an e-mail address"),
        ("email", {"email": "new@example.com", "password": "wrong"}, "The password is not right."),
        ("password", {"new_password": "short", "current_password": PASSWORD}, "Choose a password of 10"),
        ("password", {"new_password": NEW, "current_password": "wrong"}, "The password is not right."),
        ("passkeys", {"name": "Phone", "passkey": "nonsense"}, "try again"),
        ("passkeys", {"name": "Phone", "passkey": "{}", "token": "x"}, "Try again"),
    ],
)
async def test_a_faulty_form_comes_back_with_what_is_wrong(site: Site, action: str, form: Any, words: str) -> None:
    status, _, shown = await send(await site.signed_in(), "/account", f"/account/{action}", **form)
    assert (status, words in shown) == (400, True)
    assert "wrong" not in re.findall(r'value="([^"]*)"', shown)


async def test_everything_about_oneself_can_be_changed(site: Site) -> None:
    browser = await site.signed_in()
    assert (await send(browser, "/account", "/account/profile", name="Beatriz", language="es"))[0] == 303
    assert 'lang="es"' in await text_of(browser, "/account")
    assert (await send(browser, "/account", "/account/email", email="b@example.com", password=PASSWORD))[0] == 303
    form = {"current_password": PASSWORD, "new_password": NEW}
    assert (await send(browser, "/account", "/account/password", **form))[0] == 303
    shown = await text_of(browser, "/account")
    assert "b@example.com" in shown
    status, to, _ = await send(browser, "/account", "/account/sign-out-everywhere")
    assert (status, to) == (303, "/sign-in")
    assert (await browser.get("/account", headers=PAGE)).status_code == 303


async def test_second_factors_ask_for_the_password_once_the_sign_in_is_old(site: Site) -> None:
    browser = await site.signed_in()
    await site.app.runtime.db.hot_fetch("UPDATE web_sessions SET confirmed_at = now() - interval '11 minutes'")
    status, to, _ = await send(browser, "/account", "/account/totp")
    assert (status, to) == (303, "/account/confirm?next=/account")
    status, _, shown = await send(browser, to, to, password="wrong")
    assert (status, "The password is not right." in shown) == (400, True)
    status, back, _ = await send(browser, to, to, password=PASSWORD)
    assert (status, back) == (303, "/account")
    status, on, _ = await send(browser, "/account", "/account/totp")
    assert (status, on) == (303, "/account/totp")
    picture = await text_of(browser, "/account/totp")
    assert 'src="data:image/svg+xml' in picture


@pytest.mark.parametrize("target", ["https://evil.example", "//evil.example"])
async def test_giving_the_password_leads_nowhere_else(site: Site, target: str) -> None:
    browser = await site.signed_in()
    status, to, _ = await send(browser, "/account", f"/account/confirm?next={target}", password=PASSWORD)
    assert (status, to) == (303, "/account")


@pytest.mark.parametrize("path", ["/register", "/sign-in/second-factor", "/sign-in/passkey"])
async def test_forms_before_the_sign_in_need_their_own_token(site: Site, path: str) -> None:
    form = {"email": "x@example.com", "name": "X", "password": NEW, "csrf_token": "0" * 64}
    answer = await site.browser().post(path, headers=PAGE, form=form)
    assert answer.status_code == (303 if path.endswith("factor") else 403)  # no step is under way: back to the start
    rows = await site.app.runtime.db.hot_fetch("SELECT count(*) FROM users")
    assert rows[0][0] == 1


async def test_the_cookie_of_a_form_is_only_for_this_site(site: Site) -> None:
    answer = await site.browser().get("/sign-in", headers=PAGE)
    cookie = answer.headers["Set-Cookie"]
    assert all(part in cookie for part in ("dibs_sign_in=", "HttpOnly", "SameSite=Strict", "Path=/"))
    assert "require-trusted-types-for" in answer.headers["Content-Security-Policy"]
