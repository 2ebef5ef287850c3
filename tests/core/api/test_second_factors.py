"""Signing in in two steps: authenticator app, recovery codes, passkeys."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pyotp
import pytest

from dibs import clock
from dibs.app import DibsQuart

from .authenticator import Device
from .test_own_account import PASSWORD, actions, age, login

LOCAL = "http://localhost:8800"


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The time as the authenticator app has it; it moves only when told."""
    held = {"at": datetime.now(UTC)}
    monkeypatch.setattr(clock, "utc_now", lambda: held["at"])

    def move(seconds: int = 30) -> datetime:
        held["at"] += timedelta(seconds=seconds)
        return held["at"]

    return move


async def post(app: DibsQuart, path: str, body: Any) -> tuple[int, Any]:
    response = await app.test_client(use_cookies=False).post(f"/api/auth/{path}", json=body)
    return response.status_code, await response.get_json()


async def with_totp(person: Any, now: Any) -> tuple[pyotp.TOTP, list[str]]:
    """Set an authenticator app up; the app, and the recovery codes."""
    status, begun = await person.call("POST", "/api/auth/totp")
    assert status == 200, begun
    totp = pyotp.TOTP(begun["secret"])
    status, made = await person.call("POST", "/api/auth/totp/confirm", json={"code": totp.at(now(0))})
    assert status == 200, made
    now()
    return totp, made["recovery_codes"]


async def with_passkey(person: Any, **how: Any) -> tuple[Device, Any]:
    """Make a passkey; the device, and what the server answered."""
    status, step = await person.call("POST", "/api/auth/passkeys/options")
    assert status == 200, step
    device = Device(LOCAL, step["options"]["rp"]["id"], **how)
    body = {"token": step["token"], "name": "My phone", "passkey": device.create(step["options"])}
    status, made = await person.call("POST", "/api/auth/passkeys", json=body)
    assert status == 201, made
    return device, made


async def second_step(app: DibsQuart, person: Any) -> Any:
    status, answer = await login(app, person.email)
    assert (status, set(answer)) == (200, {"second_factor"})
    return answer["second_factor"]


async def test_an_authenticator_app_asks_for_its_code_at_every_sign_in(app: DibsQuart, sign_up: Any, now: Any) -> None:
    ana = await sign_up()
    status, begun = await ana.call("POST", "/api/auth/totp")
    assert (status, begun["qr"][:19]) == (200, "data:image/svg+xml;")
    assert begun["uri"].startswith("otpauth://totp/Dibs:")
    assert "access_token" in (await login(app, ana.email))[1]  # it does not count before its first code
    assert (await ana.call("POST", "/api/auth/totp/confirm", json={"code": "000000"}))[0] == 400
    totp, codes = await with_totp(ana, now)
    assert len(set(codes)) == 10
    assert (await ana.call("POST", "/api/auth/totp"))[0] == 409
    step = await second_step(app, ana)
    assert (step["methods"], step["expires_in"]) == (["totp", "recovery_code"], 300)
    status, tokens = await post(app, "second-factor", {"token": step["token"], "code": totp.at(now(0))})
    assert (status, tokens["workspace"]["id"]) == (200, ana.workspace_id)
    again = await post(app, "second-factor", {"token": step["token"], "code": totp.at(now())})
    assert again[0] == 401
    assert "account.totp_added" in await actions(app, ana.workspace_id)
    assert (await ana.call("GET", "/api/auth/me"))[1]["second_factor"] is True


async def test_a_code_is_good_once_also_when_two_come_at_the_same_time(app: DibsQuart, sign_up: Any, now: Any) -> None:
    ana = await sign_up()
    totp, _ = await with_totp(ana, now)
    steps = [await second_step(app, ana) for _ in range(4)]
    code = totp.at(now(0))
    bodies = ({"token": step["token"], "code": code} for step in steps)
    answers = await asyncio.gather(*(post(app, "second-factor", body) for body in bodies))
    assert sorted(status for status, _ in answers) == [200, 401, 401, 401]
    step = await second_step(app, ana)
    older = {"token": step["token"], "code": totp.at(now(0) - timedelta(seconds=30))}
    assert (await post(app, "second-factor", older))[0] == 401


async def test_five_wrong_answers_end_the_step(app: DibsQuart, sign_up: Any, now: Any) -> None:
    ana = await sign_up()
    totp, _ = await with_totp(ana, now)
    step = await second_step(app, ana)
    for left in (4, 3, 2, 1, 0):
        status, answer = await post(app, "second-factor", {"token": step["token"], "code": "wrong"})
        assert (status, answer["error"]["code"]) == (401, "bad_credentials")
        assert answer["error"]["data"] == {"attempts_left": left}
    right = {"token": step["token"], "code": totp.at(now(0))}
    status, answer = await post(app, "second-factor", right)
    assert (status, answer["error"]["code"]) == (401, "unauthenticated")


async def test_an_old_step_is_over(app: DibsQuart, sign_up: Any, now: Any) -> None:
    ana = await sign_up()
    totp, _ = await with_totp(ana, now)
    step = await second_step(app, ana)
    await app.runtime.db.hot_fetch("UPDATE auth_challenges SET expires_at = now() - interval '1 second'")
    assert (await post(app, "second-factor", {"token": step["token"], "code": totp.at(now(0))}))[0] == 401


async def test_a_code_of_somebody_else_does_not_help(app: DibsQuart, sign_up: Any, now: Any) -> None:
    ana, eve = await sign_up("Ana"), await sign_up("Eve")
    await with_totp(ana, now)
    totp, codes = await with_totp(eve, now)
    step = await second_step(app, ana)
    assert (await post(app, "second-factor", {"token": step["token"], "code": totp.at(now(0))}))[0] == 401
    assert (await post(app, "second-factor", {"token": step["token"], "recovery_code": codes[0]}))[0] == 401


async def test_recovery_codes_are_good_once_and_can_be_renewed(app: DibsQuart, sign_up: Any, now: Any) -> None:
    ana = await sign_up()
    assert (await ana.call("POST", "/api/auth/recovery-codes"))[0] == 409
    _, codes = await with_totp(ana, now)
    step = await second_step(app, ana)
    assert (await post(app, "second-factor", {"token": step["token"], "recovery_code": codes[0].upper()}))[0] == 200
    step = await second_step(app, ana)
    assert (await post(app, "second-factor", {"token": step["token"], "recovery_code": codes[0]}))[0] == 401
    assert (await ana.call("GET", "/api/auth/second-factors"))[1]["recovery_codes"] == 9
    renewed = (await ana.call("POST", "/api/auth/recovery-codes"))[1]["recovery_codes"]
    assert not set(renewed) & set(codes)
    assert (await post(app, "second-factor", {"token": step["token"], "recovery_code": codes[1]}))[0] == 401
    assert (await post(app, "second-factor", {"token": step["token"], "recovery_code": renewed[0]}))[0] == 200
    log = await actions(app, ana.workspace_id)
    assert log[-3:] == ["account.recovery_code_used", "account.recovery_codes_renewed", "account.recovery_code_used"]


@pytest.mark.parametrize(
    "body", [{}, {"code": "1", "recovery_code": "2"}, {"code": 123456}, {"passkey": "x"}, {"code": "1" * 101}]
)
async def test_an_answer_is_exactly_one_of_three(app: DibsQuart, body: Any) -> None:
    assert (await post(app, "second-factor", {"token": "x", **body}))[0] == 400


async def test_a_passkey_is_a_second_step(app: DibsQuart, sign_up: Any) -> None:
    ana = await sign_up()
    device, made = await with_passkey(ana, verified=False)
    assert (made["passkey"]["name"], len(made["recovery_codes"])) == ("My phone", 10)
    step = await second_step(app, ana)
    assert step["methods"] == ["passkey", "recovery_code"]
    assert [key["id"] for key in step["passkey_options"]["allowCredentials"]] == [made["passkey"]["id"]]
    answer = device.get(step["passkey_options"])
    assert (await post(app, "second-factor", {"token": step["token"], "passkey": answer}))[0] == 200
    replayed = await second_step(app, ana)
    assert (await post(app, "second-factor", {"token": replayed["token"], "passkey": answer}))[0] == 401
    listed = (await ana.call("GET", "/api/auth/second-factors"))[1]["passkeys"]
    assert listed[0]["last_used_at"] is not None


@pytest.mark.parametrize("how", ["origin", "rp_id", "signature", "count", "nonsense"])
async def test_a_forged_passkey_answer_is_refused(app: DibsQuart, sign_up: Any, how: str) -> None:
    ana = await sign_up()
    device, _ = await with_passkey(ana, count=5)
    step = await second_step(app, ana)
    if how == "origin":
        device.origin = "https://evil.example"
    elif how == "rp_id":
        device.rp_id = "evil.example"
    elif how == "signature":
        device.key = Device(LOCAL, "localhost").key
    elif how == "count":
        device.count = 3  # a copy of the device that is behind
    answer: Any = {"id": "é"} if how == "nonsense" else device.get(step["passkey_options"])
    assert (await post(app, "second-factor", {"token": step["token"], "passkey": answer}))[0] == 401


async def test_a_passkey_alone_signs_in_only_if_the_device_checked_its_user(app: DibsQuart, sign_up: Any) -> None:
    ana = await sign_up()
    device, _ = await with_passkey(ana)
    status, step = await post(app, "passkey/options", {})
    assert (status, step["options"]["userVerification"]) == (200, "required")
    device.verified = False
    unverified = {"token": step["token"], "passkey": device.get(step["options"])}
    assert (await post(app, "passkey", unverified))[0] == 401
    device.verified = True
    right = {"token": step["token"], "passkey": device.get(step["options"])}
    status, tokens = await post(app, "passkey", right)
    assert (status, tokens["user"]["id"]) == (200, ana.user_id)
    assert (await post(app, "passkey", right))[0] == 401
    assert (await post(app, "second-factor", {"token": step["token"], "code": "1"}))[0] == 401
    unknown = Device(LOCAL, "localhost")
    step = (await post(app, "passkey/options", {}))[1]
    assert (await post(app, "passkey", {"token": step["token"], "passkey": unknown.get(step["options"])}))[0] == 401


async def test_a_new_passkey_answers_its_own_challenge_of_its_own_user(app: DibsQuart, sign_up: Any) -> None:
    ana, eve = await sign_up("Ana"), await sign_up("Eve")
    step = (await ana.call("POST", "/api/auth/passkeys/options"))[1]
    device = Device(LOCAL, "localhost")
    body = {"token": step["token"], "name": "Phone", "passkey": device.create(step["options"])}
    assert (await eve.call("POST", "/api/auth/passkeys", json=body))[0] == 404
    other = (await ana.call("POST", "/api/auth/passkeys/options"))[1]
    assert (await ana.call("POST", "/api/auth/passkeys", json={**body, "token": other["token"]}))[0] == 400
    status, made = await ana.call("POST", "/api/auth/passkeys", json=body)
    assert status == 201
    third = (await ana.call("POST", "/api/auth/passkeys/options"))[1]
    twice = {"token": third["token"], "name": "Again", "passkey": device.create(third["options"])}
    assert (await ana.call("POST", "/api/auth/passkeys", json=twice))[0] == 409
    path = f"/api/auth/passkeys/{made['passkey']['id']}"
    assert (await eve.call("DELETE", path))[0] == 404
    assert (await eve.call("PATCH", path, json={"name": "Mine"}))[0] == 404
    assert (await ana.call("PATCH", path, json={"name": "Work phone"}))[1]["name"] == "Work phone"
    assert (await ana.call("DELETE", path))[0] == 204
    log = await actions(app, ana.workspace_id)
    assert log[1:] == ["account.passkey_added", "account.passkey_renamed", "account.passkey_removed"]


async def test_with_the_last_factor_the_recovery_codes_go(app: DibsQuart, sign_up: Any, now: Any) -> None:
    ana = await sign_up()
    await with_totp(ana, now)
    _, made = await with_passkey(ana)
    assert made["recovery_codes"] == []
    assert (await ana.call("DELETE", "/api/auth/totp"))[0] == 204
    assert (await ana.call("DELETE", "/api/auth/totp"))[0] == 404
    assert (await ana.call("GET", "/api/auth/second-factors"))[1]["recovery_codes"] == 10
    assert (await ana.call("DELETE", f"/api/auth/passkeys/{made['passkey']['id']}"))[0] == 204
    assert (await ana.call("GET", "/api/auth/second-factors"))[1]["recovery_codes"] == 0
    assert "access_token" in (await login(app, ana.email))[1]


async def test_changing_factors_takes_a_fresh_sign_in(app: DibsQuart, sign_up: Any, now: Any) -> None:
    ana = await sign_up()
    await with_totp(ana, now)
    _, made = await with_passkey(ana)
    await age(app)
    for method, path in (
        ("POST", "totp"),
        ("POST", "totp/confirm"),
        ("DELETE", "totp"),
        ("POST", "recovery-codes"),
        ("POST", "passkeys/options"),
        ("POST", "passkeys"),
        ("DELETE", f"passkeys/{made['passkey']['id']}"),
    ):
        status, answer = await ana.call(method, f"/api/auth/{path}", json={})
        assert (path, status, answer["error"]["code"]) == (path, 403, "sign_in_too_old")


async def test_a_sign_in_link_asks_for_the_second_step(app: DibsQuart, sign_up: Any, now: Any) -> None:
    ana, accounts = await sign_up(), app.runtime.accounts
    await with_totp(ana, now)
    token = await accounts.create_sign_in_link(await accounts.user_id(ana.email), target="/shows")
    browser = app.test_client()
    answer = await browser.get(f"/sign-in/{token}")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in/second-factor")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("dibs_second_step=")
    assert all(part in cookie for part in ("HttpOnly", "SameSite=Lax", "Path=/sign-in", "Max-Age=300"))
    assert (await browser.get("/api/auth/me")).status_code == 401


async def test_guessing_is_limited_for_each_user_whatever_the_step(app: DibsQuart, sign_up: Any, now: Any) -> None:
    ana, bob = await sign_up("Ana"), await sign_up("Bob")
    await with_totp(ana, now)
    totp, _ = await with_totp(bob, now)
    await app.runtime.db.hot_fetch("DELETE FROM rate_limits")
    statuses, factors = [], app.runtime.accounts.second_factors
    for _ in range(21):
        step = await factors.ask(await app.runtime.accounts.user_id(ana.email), None, "password")
        for _ in range(5):
            statuses.append((await post(app, "second-factor", {"token": step.token, "code": "000000"}))[0])
    assert statuses[:100] == [401] * 100
    assert statuses[101:] == [429] * 4
    his = await second_step(app, bob)
    assert (await post(app, "second-factor", {"token": his["token"], "code": totp.at(now(0))}))[0] == 200


async def test_whoever_runs_the_server_resets_lost_factors(app: DibsQuart, sign_up: Any, now: Any) -> None:
    ana, accounts = await sign_up(), app.runtime.accounts
    await with_totp(ana, now)
    await with_passkey(ana)
    await accounts.reset_second_factor(await accounts.user_id(ana.email))
    assert (await ana.call("GET", "/api/auth/me"))[0] == 401
    assert "access_token" in (await login(app, ana.email))[1]
    assert (await actions(app, ana.workspace_id))[-1] == "account.second_factor_reset"


async def test_the_secret_is_sealed_at_rest_and_codes_are_hashes(app: DibsQuart, sign_up: Any, now: Any) -> None:
    ana = await sign_up()
    begun = (await ana.call("POST", "/api/auth/totp"))[1]
    totp, codes = await with_totp(ana, now)
    rows = await app.runtime.db.hot_fetch("SELECT u::text AS a, r::text AS b FROM users u, recovery_codes r")
    text = str([(row["a"], row["b"]) for row in rows])
    assert len(rows) == 10
    assert begun["secret"] not in text
    assert totp.byte_secret().hex() not in text
    assert not any(code in text or code.replace("-", "") in text for code in codes)
    assert PASSWORD not in text
