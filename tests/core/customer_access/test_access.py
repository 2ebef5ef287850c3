"""S-16: how customers come in, and how that ends."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from dibs.app import DibsQuart
from dibs.customer_access.codes import ALPHABET, Code
from dibs.customer_access.links import WRONG_CODES

from ..api.conftest import SignUp
from ..api.test_canaries import Kept, kept
from .conftest import Shop

__all__ = ["kept"]


def token_of(made: dict[str, Any]) -> str:
    return str(made["link"]).rpartition("/")[2]


async def test_a_way_in_opens_once_by_link_or_by_code(shop: Shop) -> None:
    made = await shop.way_in()
    status, answer, client = await shop.sign_in(token=token_of(made))
    assert (status, answer["name"], answer["access_token"]) == (200, "Bea", None)
    me = await client.get("/api/portal/me")
    assert (await me.get_json())["name"] == "Bea"
    for used in ({"token": token_of(made)}, {"code": made["code"]}):
        assert (await shop.sign_in(**used))[0] == 404
    [row] = await shop.app.runtime.db.hot_fetch("SELECT customer_links::text AS row FROM customer_links")
    for secret in (token_of(made), made["code"].partition("-")[2]):
        assert secret not in row["row"]
    log = await shop.app.runtime.db.hot_fetch(
        "SELECT action, actor_id, actor_name FROM audit_log WHERE entity = 'customer' ORDER BY id"
    )
    assert [entry["action"] for entry in log] == ["customer.added", "customer.access_given", "customer.signed_in"]
    assert tuple(log[-1])[1:] == (None, "Bea")


async def test_of_two_who_use_one_code_at_once_one_comes_in(shop: Shop) -> None:
    code = (await shop.way_in())["code"].lower().replace("-", " ")
    answers = await asyncio.gather(*(shop.sign_in(code=code) for _ in range(6)))
    assert sorted(status for status, *_ in answers) == [200, 404, 404, 404, 404, 404]


async def test_a_way_in_dies_of_age_of_wrong_codes_and_of_a_newer_one(shop: Shop) -> None:
    older = await shop.way_in(hours=1)
    newer = await shop.way_in()
    assert (await shop.sign_in(token=token_of(older)))[0] == 404
    name = newer["code"].partition("-")[0]
    wrong = next(sign for sign in ALPHABET if not newer["code"].endswith(sign)) * 5
    for _ in range(WRONG_CODES):
        assert (await shop.sign_in(code=f"{name}-{wrong}"))[0] == 404
    assert (await shop.sign_in(code=newer["code"]))[0] == 404
    assert (await shop.sign_in(token=token_of(newer)))[0] == 404
    old = await shop.way_in()
    await shop.app.runtime.db.hot_fetch("UPDATE customer_links SET expires_at = now()")
    assert (await shop.sign_in(token=token_of(old)))[0] == 404
    for nonsense in ("", "x", "7KQ4M-T9XW0", "7KQ4M-T9XWDD", "\u0130" * 10):
        assert (await shop.sign_in(code=nonsense))[0] == 404
    for unusable in ({}, {"token": "a", "code": "b"}, {"code": 5}, {"code": "x" * 41}):
        assert (await shop.sign_in(**unusable))[0] == 400


async def test_guessing_is_limited_by_address_and_by_way_in(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    limits = shop.app.runtime.customer_access.limits
    object.__setattr__(limits, "count", 4)
    answers = [(await shop.sign_in(code=str(Code.new())))[0] for _ in range(6)]
    assert answers == [404] * 4 + [429] * 2
    await shop.app.runtime.db.hot_fetch("DELETE FROM rate_limits")
    addresses = iter(range(100))
    monkeypatch.setattr("dibs.api.customer_access.client_address", lambda: f"10.0.0.{next(addresses)}")
    name = (await shop.way_in())["code"].partition("-")[0]
    answers = [(await shop.sign_in(code=f"{name}-{Code.new().proof}"))[0] for _ in range(6)]
    assert answers == [404] * 4 + [429] * 2


async def test_the_sign_in_ends_with_the_portal_by_staff_and_by_the_customer(shop: Shop) -> None:
    for end in ("portal", "staff", "customer"):
        visitor, way_in = await shop.visitor(), await shop.way_in()
        assert (await visitor.call("GET", "/api/portal/me"))[0] == 200
        if end == "portal":
            await shop.switch(on=False)
            status, refused = await shop.owner.call("POST", f"{shop.path}/access")
            assert (status, refused["error"]["data"]) == (409, {"portal": False})
            await shop.switch(on=True)
        elif end == "staff":
            _, state = await shop.owner.call("GET", f"{shop.path}/access")
            assert (state["signed_in"], state["open_until"]) == (1, way_in["expires_at"])
            assert (await shop.owner.call("DELETE", f"{shop.path}/access"))[0] == 204
        else:
            assert (await visitor.call("POST", "/api/portal/sign-out"))[0] == 204
        assert (await visitor.call("GET", "/api/portal/me"))[0] == 401
        still_open = 200 if end == "customer" else 404
        assert (await shop.sign_in(token=token_of(way_in)))[0] == still_open
        await shop.owner.call("DELETE", f"{shop.path}/access")


async def test_a_sign_in_lasts_while_it_is_used(shop: Shop) -> None:
    visitor, access, db = await shop.visitor(), shop.app.runtime.customer_access, shop.app.runtime.db
    await db.hot_fetch("UPDATE customer_sessions SET expires_at = now() + interval '1 day'")
    assert (await visitor.call("GET", "/api/portal/me"))[0] == 200
    await access.sign_ins.write_seen()
    [row] = await db.hot_fetch("SELECT expires_at - now() > interval '29 days' AS longer FROM customer_sessions")
    assert row["longer"] is True
    await db.hot_fetch("UPDATE customer_sessions SET expires_at = now()")
    access.sign_ins.forget()
    assert (await visitor.call("GET", "/api/portal/me"))[0] == 401


async def test_the_cookie_is_the_customers_own_and_writing_needs_its_token(shop: Shop) -> None:
    client = shop.app.test_client()
    answer = await client.post("/api/portal/sign-in", json={"code": (await shop.way_in())["code"]})
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("dibs_customer=customer_")
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie
    assert (await client.post("/api/portal/sign-out")).status_code == 403
    foreign = {"Origin": "https://evil.example", "X-CSRF-Token": (await answer.get_json())["csrf_token"]}
    assert (await client.post("/api/portal/sign-out", headers=foreign)).status_code == 403
    assert (await client.get("/api/portal/me")).status_code == 200


async def test_members_and_customers_are_told_apart(shop: Shop, app: DibsQuart) -> None:
    _, answer, _ = await shop.sign_in(code=(await shop.way_in())["code"], bearer=True)
    customer = {"Authorization": f"Bearer {answer['access_token']}"}
    client = app.test_client(use_cookies=False)
    assert (await client.get("/api/portal/me", headers=customer)).status_code == 200
    assert (await client.get("/api/customers", headers=customer)).status_code == 403
    assert (await client.get("/api/portal/me", headers=shop.owner.headers)).status_code == 403
    for nothing in ({}, {"Authorization": "Bearer customer_x"}, {"Authorization": "Bearer x"}):
        assert (await client.get("/api/portal/me", headers=nothing)).status_code == 401
        assert (await client.get("/api/customers", headers=nothing)).status_code == 401


async def test_a_customer_of_another_workspace_gets_no_way_in(shop: Shop, sign_up: SignUp) -> None:
    stranger = await sign_up("Sam")
    for method in ("GET", "POST", "DELETE"):
        assert (await stranger.call(method, f"{shop.path}/access"))[0] == 404


async def test_two_customers_with_one_key_get_each_their_own_answer(shop: Shop) -> None:
    first, second = await shop.visitor(), await shop.visitor()
    key = {"Idempotency-Key": "the-same"}
    assert (await first.call("POST", "/api/portal/sign-out", headers=key))[0] == 204
    assert (await second.call("GET", "/api/portal/me"))[0] == 200
    assert (await second.call("POST", "/api/portal/sign-out", headers=key))[0] == 204
    assert (await second.call("GET", "/api/portal/me"))[0] == 401


async def test_what_opens_the_door_is_written_nowhere(shop: Shop, kept: Kept) -> None:
    """S-17, for customers."""
    made, other = await shop.way_in(), await shop.way_in()
    client = shop.app.test_client()
    await client.get(f"/portal/sign-in/{token_of(other)}")
    status, answer, _ = await shop.sign_in(code=other["code"], bearer=True)
    assert status == 200
    headers = {"Authorization": f"Bearer {answer['access_token']}"}
    await client.get("/api/portal/me", headers=headers)
    cookie = f"dibs_customer={answer['access_token']}"
    assert (await client.get("/portal/sign-in", headers={"Cookie": cookie})).status_code == 303
    audit = await shop.app.runtime.db.hot_fetch("SELECT audit_log::text AS row FROM audit_log")
    assert len(kept.lines) > 5
    written = "\n".join([*kept.lines, *(row["row"] for row in audit)])
    secrets = [token_of(made), token_of(other), other["code"], other["code"][6:], answer["access_token"]]
    assert [secret for secret in secrets if secret in written] == []
    assert any("/portal/sign-in/<token>" in line for line in kept.lines)
