"""What people change about themselves, and where they are signed in."""

from typing import Any

import pytest

from dibs.app import DibsQuart

PASSWORD, OTHER = "correct horse", "battery staple"


async def login(app: DibsQuart, email: str, password: str = PASSWORD) -> tuple[int, Any]:
    body = {"email": email, "password": password}
    response = await app.test_client(use_cookies=False).post("/api/auth/login", json=body)
    return response.status_code, await response.get_json()


async def audit(app: DibsQuart, workspace_id: str) -> list[Any]:
    sql = "SELECT action, actor_name, entity, before, after FROM audit_log WHERE workspace_id = $1 ORDER BY id"
    return list(await app.runtime.db.hot_fetch(sql, workspace_id))


async def actions(app: DibsQuart, workspace_id: str) -> list[str]:
    return [row["action"] for row in await audit(app, workspace_id)]


async def age(app: DibsQuart) -> None:
    """Let every sign-in be eleven minutes old."""
    for table in ("web_sessions", "refresh_tokens"):
        await app.runtime.db.hot_fetch(f"UPDATE {table} SET confirmed_at = confirmed_at - interval '11 minutes'")


async def test_name_and_language_change_and_stand_in_the_audit_log(app: DibsQuart, sign_up: Any) -> None:
    ana = await sign_up("Ana")
    status, answer = await ana.call("PATCH", "/api/auth/me", json={"name": " Ana B. ", "language": "es"})
    assert (status, answer["name"]) == (200, "Ana B.")
    me = (await ana.call("GET", "/api/auth/me"))[1]
    assert (me["user"]["name"], me["language"]) == ("Ana B.", "es")
    await ana.call("PATCH", "/api/auth/me", json={"language": ""})
    await ana.call("PATCH", "/api/auth/me", json={})
    assert (await ana.call("GET", "/api/auth/me"))[1]["language"] is None
    assert (await actions(app, ana.workspace_id)) == ["workspace.created", "account.edited", "account.edited"]
    entry = (await audit(app, ana.workspace_id))[1]
    assert '"es"' in entry["after"]
    assert '"Ana"' in entry["before"]


@pytest.mark.parametrize(
    "body",
    [{"name": ""}, {"name": "a\nb"}, {"language": "English"}, {"language": "e\n"}, {"role": "owner"}, {"name": 1}],
)
async def test_a_faulty_profile_is_refused(sign_up: Any, body: Any) -> None:
    ana = await sign_up()
    status, answer = await ana.call("PATCH", "/api/auth/me", json=body)
    assert (status, answer["error"]["fields"][0]["path"]) == (400, next(iter(body)))


async def test_another_email_address_asks_for_the_password(app: DibsQuart, sign_up: Any) -> None:
    ana, bob = await sign_up("Ana"), await sign_up("Bob")
    wrong = {"email": "new@example.com", "password": "wrong password"}
    status, answer = await ana.call("POST", "/api/auth/email", json=wrong)
    assert (status, answer["error"]["fields"]) == (400, [{"path": "password", "problem": "is not right"}])
    taken = {"email": bob.email.upper(), "password": PASSWORD}
    assert (await ana.call("POST", "/api/auth/email", json=taken))[0] == 409
    right = {"email": "New@example.com", "password": PASSWORD}
    assert (await ana.call("POST", "/api/auth/email", json=right))[1]["email"] == "New@example.com"
    assert (await login(app, ana.email))[0] == 401
    assert (await login(app, "new@example.com"))[0] == 200
    log = await audit(app, ana.workspace_id)
    assert log[-1]["action"] == "account.email_changed"
    assert "@" not in str([(row["before"], row["after"]) for row in log])


async def test_another_password_ends_every_other_sign_in(app: DibsQuart, sign_up: Any) -> None:
    ana = await sign_up()
    other = (await login(app, ana.email))[1]["access_token"]
    for current in (None, "wrong password"):
        body = {"current_password": current, "new_password": OTHER}
        status, answer = await ana.call("POST", "/api/auth/password", json=body)
        assert (status, answer["error"]["fields"][0]["path"]) == (400, "current_password")
    body = {"current_password": PASSWORD, "new_password": OTHER}
    assert (await ana.call("POST", "/api/auth/password", json=body))[0] == 204
    assert (await ana.call("GET", "/api/auth/me"))[0] == 200
    there = await ana.client.get("/api/auth/me", headers={"Authorization": f"Bearer {other}"})
    assert there.status_code == 401
    assert (await login(app, ana.email))[0] == 401
    assert (await login(app, ana.email, OTHER))[0] == 200
    assert (await actions(app, ana.workspace_id))[-1] == "account.password_changed"


async def test_whoever_comes_by_a_link_may_set_a_password_for_ten_minutes(app: DibsQuart, sign_up: Any) -> None:
    ana, accounts = await sign_up(), app.runtime.accounts
    browser = app.test_client()
    token = await accounts.create_sign_in_link(await accounts.user_id(ana.email))
    assert (await browser.get(f"/sign-in/{token}")).status_code == 303
    csrf = (await (await browser.get("/api/auth/me")).get_json())["csrf_token"]
    headers = {"X-CSRF-Token": csrf}
    await age(app)
    late = await browser.post("/api/auth/password", json={"new_password": OTHER}, headers=headers)
    assert late.status_code == 400
    await app.runtime.db.hot_fetch("UPDATE web_sessions SET confirmed_at = now()")
    now = await browser.post("/api/auth/password", json={"new_password": OTHER}, headers=headers)
    assert now.status_code == 204
    assert (await login(app, ana.email, OTHER))[0] == 200
    assert (await ana.call("GET", "/api/auth/me"))[0] == 401


async def test_sign_ins_are_listed_and_ended_one_by_one(app: DibsQuart, sign_up: Any) -> None:
    ana, bob = await sign_up("Ana"), await sign_up("Bob")
    firefox = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:1) Gecko/20100101 Firefox/140.0"}
    body = {"email": ana.email, "password": PASSWORD}
    await app.test_client(use_cookies=False).post("/api/auth/login", json=body, headers=firefox)
    session = await app.runtime.accounts.open_session(await app.runtime.accounts.user_id(ana.email))
    app.runtime.accounts.sessions.seen(session)
    await app.runtime.accounts.sessions.write_seen()
    status, listed = await ana.call("GET", "/api/auth/sessions")
    rows = listed["sessions"]
    assert (status, [row["current"] for row in rows]) == (200, [True, False, False])
    assert {row["kind"] for row in rows} == {"api", "browser"}
    assert "Firefox on Linux" in {row["device"] for row in rows}
    browser = next(row for row in rows if row["kind"] == "browser")
    assert browser["last_seen_at"] is not None
    assert (await bob.call("DELETE", f"/api/auth/sessions/{browser['id']}"))[0] == 404
    assert (await ana.call("DELETE", f"/api/auth/sessions/{browser['id']}"))[0] == 204
    assert (await ana.call("DELETE", f"/api/auth/sessions/{browser['id']}"))[0] == 404
    assert await app.runtime.accounts.session_principal(session) is None
    assert (await actions(app, ana.workspace_id))[-1] == "account.sign_in_ended"


async def test_signing_out_everywhere_ends_browsers_programs_links_and_steps(app: DibsQuart, sign_up: Any) -> None:
    ana, accounts = await sign_up(), app.runtime.accounts
    user_id = await accounts.user_id(ana.email)
    other, session = (await login(app, ana.email))[1], await accounts.open_session(user_id)
    link = await accounts.create_sign_in_link(user_id)
    assert (await ana.call("POST", "/api/auth/sign-out-everywhere", json={"keep_this": True}))[0] == 204
    assert (await ana.call("GET", "/api/auth/me"))[0] == 200
    assert await accounts.session_principal(session) is None
    assert await accounts.links.redeem(link) is None
    headers = {"Authorization": f"Bearer {other['access_token']}"}
    assert (await ana.client.get("/api/auth/me", headers=headers)).status_code == 401
    assert (await ana.call("POST", "/api/auth/sign-out-everywhere"))[0] == 204
    assert (await ana.call("GET", "/api/auth/me"))[0] == 401


async def test_proving_it_again_takes_the_password(app: DibsQuart, sign_up: Any) -> None:
    ana = await sign_up()
    assert (await ana.call("GET", "/api/auth/second-factors"))[1]["fresh"] is True
    await age(app)
    assert (await ana.call("GET", "/api/auth/second-factors"))[1]["fresh"] is False
    status, answer = await ana.call("POST", "/api/auth/totp")
    assert (status, answer["error"]["code"]) == (403, "sign_in_too_old")
    assert (await ana.call("POST", "/api/auth/confirm", json={"password": "wrong password"}))[0] == 400
    assert (await ana.call("POST", "/api/auth/confirm", json={"password": PASSWORD}))[0] == 204
    assert (await ana.call("POST", "/api/auth/totp"))[0] == 200
