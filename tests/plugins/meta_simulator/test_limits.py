"""Budgets of calls, their headers, and the errors of table E2."""

from __future__ import annotations

import json

import pytest

from dibs_meta_simulator.errors import known_codes
from dibs_meta_simulator.serving import Running

from .client import Client


async def test_a_page_is_told_how_much_is_left_and_then_to_wait(meta: Running, api: Client) -> None:
    meta.world.clock.freeze()
    page = meta.seed.page.id
    await api.control("set_budget", kind="pages", subject=page, limit=20, penalty=240, prolongs=60)
    shares = []
    for _ in range(20):
        answer = await api.get("me")
        if "x-business-use-case-usage" in answer.headers:
            shares.append(answer.usage(page)["call_count"])
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (50, 100)
    assert answer.usage(page)["type"] == "pages"
    assert answer.usage(page)["estimated_time_to_regain_access"] == 0
    refused = await api.get("me")
    assert refused.code == (80001, None)
    assert refused.usage(page)["estimated_time_to_regain_access"] == 4
    again = await api.get("me")
    assert again.usage(page)["estimated_time_to_regain_access"] == 5
    assert meta.world.calls.while_limited == 1
    await api.control("move_clock", seconds=301)
    assert (await api.get("me")).status == 200


async def test_a_limit_of_one_page_is_none_of_another(meta: Running, api: Client) -> None:
    await api.control("set_budget", kind="pages", subject=meta.seed.page.id, limit=0)
    assert (await api.get("me")).code == (80001, None)
    other = meta.world.tokens.quick_page(meta.seed.second_page, meta.seed.app).value
    params = {"access_token": other}
    async with api.http.get(f"{meta.hosts[api.host]}/v25.0/me", params=params) as answer:
        assert answer.status == 200


@pytest.mark.parametrize(
    ("kind", "path", "code"),
    [("user", "me", 17), ("page_by_user", "100000000000001", 32), ("instagram", "17841400000000001/live_media", 80002)],
)
async def test_user_tokens_have_budgets_too(api: Client, kind: str, path: str, code: int) -> None:
    subject = {"user": api.meta.seed.user.id, "instagram": api.meta.seed.account.id}.get(kind, api.meta.seed.page.id)
    await api.control("set_budget", kind=kind, subject=subject, limit=5, quiet=0)
    answer = await api.user().get(path)
    if kind == "instagram":
        assert answer.usage(subject)["type"] == "instagram"
    else:
        assert json.loads(answer.headers["x-app-usage"])["call_count"] == 20
    for _ in range(4):
        await api.user().get(path)
    assert (await api.user().get(path)).code == (code, None)


async def test_the_app_and_the_messenger_have_budgets(meta: Running, api: Client) -> None:
    await api.control("set_budget", kind="app", subject=meta.seed.app.id, limit=0)
    params = {"access_token": meta.seed.app.token, "input_token": api.token}
    async with api.http.get(f"{meta.hosts[api.host]}/v25.0/debug_token", params=params) as answer:
        assert (await answer.json())["error"]["code"] == 4
    await api.control("set_budget", kind="messenger", subject=meta.seed.page.id, limit=0)
    assert (await api.call("POST", "me/messages", {})).code == (80006, None)


async def test_no_headers_before_enough_calls(api: Client) -> None:
    assert "x-business-use-case-usage" not in (await api.get("me")).headers
    for _ in range(10):
        answer = await api.get("me")
    assert answer.usage(api.meta.seed.page.id)["call_count"] == 0


@pytest.mark.parametrize(("code", "subcode"), known_codes())
async def test_every_code_of_the_table_can_be_given(api: Client, code: int, subcode: int | None) -> None:
    await api.control("set_fault", name="error", code=code, subcode=subcode, calls=1)
    refused = await api.get("me")
    assert refused.code == (code, subcode)
    assert refused.status >= 400
    assert set(refused.body["error"]) >= {"message", "type", "code", "fbtrace_id"}
    assert (await api.get("me")).status == 200


async def test_errors_that_pass_say_so(api: Client) -> None:
    await api.control("set_fault", name="error", code=2, calls=1)
    refused = await api.get("me")
    assert (refused.status, refused.body["error"]["is_transient"]) == (503, True)
