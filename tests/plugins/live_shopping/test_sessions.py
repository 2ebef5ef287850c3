"""Sessions: the moves, the time-out, opening again."""

from __future__ import annotations

from typing import Any

import pytest

from dibs_live_shopping import expiring
from dibs_live_shopping.sessions import MOVES

from .conftest import LIVE, Shop

VERBS = (*MOVES, "extend", "kick")


@pytest.mark.parametrize(
    ("way", "allowed"),
    [
        ([], {"start", "cancel", "kick"}),
        (["start"], {"pause", "end", "cancel", "extend", "kick"}),
        (["start", "pause"], {"resume", "end", "cancel", "extend", "kick"}),
        (["start", "end"], {"reopen"}),
        (["cancel"], {"reopen"}),
    ],
)
async def test_each_status_allows_what_it_does_and_nothing_else(shop: Shop, way: list[str], allowed: set[str]) -> None:
    for verb in (*VERBS, "reopen"):
        session_id = (await shop.session(start=False))["session_id"]
        for step in way:
            await shop.act(session_id, step)
        status, told = await shop.person.call("POST", f"{LIVE}/{session_id}/{verb}", json={})
        assert (status < 300) == (verb in allowed), (way, verb, told)
        if verb not in allowed:
            assert status == 409 and told["error"]["code"] == "session_closed" and told["error"]["data"]["status"]


async def test_ending_gives_back_and_opening_again_takes_what_is_left(shop: Shop) -> None:
    batch, scarce = await shop.batch("5", name="Plenty"), await shop.batch("2", name="Scarce")
    session_id = (await shop.session())["session_id"]
    await shop.add(session_id, batch["batch_id"], "2")
    await shop.add(session_id, scarce["batch_id"], "2")
    told = await shop.act(session_id, "end", reason="Dinner")
    assert (told["status"], told["end_reason"], len(told["lines"])) == ("ended", "Dinner", 2)
    assert await shop.in_carts(batch["batch_id"]) == 0
    other = (await shop.session())["session_id"]
    await shop.add(other, scarce["batch_id"], "1")
    again = await shop.act(session_id, "reopen", 201)
    assert [(line["name"], line["quantity"]) for line in again["lines"]] == [("Plenty", "2"), ("Scarce", "1")]
    assert again["status"] == "active" and "1 × Scarce" in again["notes"]
    assert (await shop.act(session_id, "reopen", 409))["error"]["data"]["session_id"] == again["session_id"]
    assert (await shop.act(session_id, "convert", 409, late=True))["error"]["code"] == "conflict"
    await shop.audit()


async def _age(shop: Shop, session_id: str, minutes: int) -> None:
    await shop.fetch(
        "UPDATE live_sessions SET expires_at = expires_at - $3 * interval '1 minute' "
        "WHERE workspace_id = $1 AND id = $2",
        shop.workspace_id, session_id, minutes,
    )  # fmt: skip


async def test_an_expired_session_never_sells_and_expires_when_it_is_touched(shop: Shop) -> None:
    batch = await shop.batch("5")
    session_id = (await shop.session(timeout_minutes=30))["session_id"]
    await shop.add(session_id, batch["batch_id"], "2")
    await _age(shop, session_id, 31)
    refused = await shop.add(session_id, batch["batch_id"], "1", expect=409)
    assert refused["error"]["code"] == "session_closed" and refused["error"]["data"]["status"] == "expired"
    told = await shop.get(session_id)
    assert told["status"] == "expired" and told["end_reason"] == "timeout"
    assert await shop.in_carts(batch["batch_id"]) == 0
    kinds = [one["type"] for one in await shop.events(f"customer:{session_id}")]
    assert kinds[-1] == "session.expired"


async def test_activity_moves_the_end_and_extending_is_counted(shop: Shop) -> None:
    batch = await shop.batch("5")
    session = await shop.session(timeout_minutes=30)
    session_id = session["session_id"]
    await _age(shop, session_id, 25)
    told = await shop.add(session_id, batch["batch_id"])
    assert told["expires_at"] >= session["expires_at"]
    longer = await shop.act(session_id, "extend", minutes=60)
    assert longer["extensions"] == 1 and longer["expires_at"] > told["expires_at"]
    added = await shop.add(session_id, batch["batch_id"])
    assert added["expires_at"] == longer["expires_at"], "activity never takes an extension back"
    never = await shop.session(timeout_minutes=0)
    assert never["expires_at"] is None
    await shop.act(never["session_id"], "extend", 409)


async def test_the_job_expires_what_is_due_and_warns_once(shop: Shop) -> None:
    batch = await shop.batch("5")
    due, soon, later = [(await shop.session(timeout_minutes=60))["session_id"] for _ in range(3)]
    await shop.add(due, batch["batch_id"], "3")
    await _age(shop, due, 61)
    await _age(shop, soon, 51)
    context = shop.job_context()
    for _ in range(2):
        await expiring.warn_due(context, {})
        await expiring.expire_due(context, {})
    assert [(await shop.get(one))["status"] for one in (due, soon, later)] == ["expired", "active", "active"]
    assert await shop.in_carts(batch["batch_id"]) == 0
    kinds = [one["type"] for one in await shop.events(f"session:{soon}")]
    assert kinds == ["session.started", "session.warned"]
    assert [one["type"] for one in await shop.events(f"session:{later}")] == ["session.started"]
    assert (await shop.get(soon))["warned"]


async def test_sessions_are_found_and_changed(shop: Shop) -> None:
    customer_id = await shop.customer("Carla")
    session = await shop.session(customer_id, title="Autumn", notes="Likes silk")
    await shop.session(start=False)
    found = await shop.call("GET", LIVE, status="open", q="autumn", limit=1)
    assert [one["session_id"] for one in found["sessions"]] == [session["session_id"]] and found["next"] is None
    first = await shop.call("GET", LIVE, limit=1)
    second = await shop.call("GET", LIVE, limit=1, cursor=first["next"])
    assert second["sessions"][0]["session_id"] == session["session_id"]
    await shop.call("GET", LIVE, 400, status="asleep")
    path = f"{LIVE}/{session['session_id']}"
    changed = await shop.call("PATCH", path, version=session["version"], title="Winter")
    assert changed["title"] == "Winter" and changed["notes"] == "Likes silk"
    await shop.call("PATCH", path, 409, version=session["version"], title="Spring")
    assert all("Likes silk" not in str(one) for one in await shop.events(f"customer:{session['session_id']}"))


async def test_another_workspace_sees_nothing(shop: Shop, sign_up: Any) -> None:
    batch = await shop.batch("5")
    session = await shop.session()
    line = (await shop.add(session["session_id"], batch["batch_id"]))["lines"][0]
    other = Shop(shop.app, await sign_up("Eve"))
    path = f"{LIVE}/{session['session_id']}"
    await other.call("GET", path, 404)
    for verb in VERBS:
        await other.act(session["session_id"], verb, 404)
    await other.call("PATCH", f"{path}/lines/{line['line_id']}", 404, quantity="1")
    await other.call("GET", f"{path}/stream", 404)
    await other.call("POST", f"/api/pick-list/{line['line_id']}/picked", 404, picked=True)
    mine = await other.session()
    await other.add(mine["session_id"], batch["batch_id"], expect=404)
    await other.call("POST", LIVE, 404, customer_id=session["customer_id"])
