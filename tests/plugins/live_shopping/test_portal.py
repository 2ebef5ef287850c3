"""The customers' side: what they may do, whose sessions are theirs, and how it ends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import orjson
import pytest

from dibs.events import hub as hub_module
from dibs.settings import Settings

from ...core.events.live import blocks, next_event, running
from .portal import PORTAL, Door


@pytest.fixture
async def door(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Door]:
    monkeypatch.setattr(hub_module, "GUARD_SECONDS", 0.2)
    monkeypatch.setattr(hub_module, "HEARTBEAT_SECONDS", 0.3)
    settings = Settings(
        database_url=database_url, data_dir=tmp_path, shutdown_seconds=3, attempts_per_minute=500, registration="open"
    )
    async with running(settings) as live:
        yield await Door.open(live)


async def test_a_customer_fills_a_cart_negotiates_and_confirms(door: Door) -> None:
    await door.staff("PUT", "/api/pricing/margins", {"scope": "default", "margin": "50"})
    silk = await door.batch("Silk", "6.00", category="Dresses", unit="pc")
    anna = await door.customer("Anna")
    session = await door.session(anna, title="Spring")
    one = f"/sessions/{session['session_id']}"
    [listed] = (await anna.call("GET", "/sessions"))["sessions"]
    assert (listed["title"], listed["status"]) == ("Spring", "active")
    joined = await anna.call("POST", "/join", {"room_code": session["room_code"].lower()})
    assert joined["session_id"] == session["session_id"]
    offers = await anna.call("GET", f"{one}/offers?q=sil&category=Dresses")
    assert offers["offers"] == [
        {
            "batch_id": silk["batch_id"], "name": "Silk", "category": "Dresses", "unit": "pc", "picture_url": None,
            "price": "12.00", "available": True,
        }
    ]  # fmt: skip
    assert (offers["categories"], offers["next"]) == (["Dresses"], None)
    added = await anna.call("POST", f"{one}/lines", {"batch_id": silk["batch_id"], "quantity": "2"}, 201)
    [line] = added["lines"]
    assert (line["price"], line["total"], line["from_you"], added["total"]) == ("12.00", "24.00", True, "24.00")
    path = f"{one}/lines/{line['line_id']}"
    changed = await anna.call("PATCH", path, {"version": line["version"], "quantity": "3"})
    assert changed["total"] == "36.00"
    await anna.call("PATCH", path, {"version": line["version"], "quantity": "4"}, 409)
    proposed = await anna.call("POST", f"{path}/proposals", {"price": "10", "quantity": "3"}, 201)
    proposal = proposed["proposals"][0]["proposal_id"]
    staff = f"proposals/{proposal}/counter"
    await door.act(session["session_id"], staff, {"price": "11", "quantity": "3", "message": "fair?"})
    seen = (await anna.call("GET", one))["session"]["proposals"]
    assert [(it["from_you"], it["state"]) for it in seen] == [(True, "countered"), (False, "pending")]
    agreed = await anna.call("POST", f"{one}/proposals/{seen[1]['proposal_id']}/accept", {})
    assert (agreed["lines"][0]["price"], agreed["lines"][0]["agreed"], agreed["total"]) == ("11.00", True, "33.00")
    sample = {"batch_id": silk["batch_id"], "quantity": "1", "intent": "sample_request"}
    with_sample = await anna.call("POST", f"{one}/lines", sample, 201)
    assert (len(with_sample["lines"]), with_sample["total"]) == (2, "33.00")
    confirmed = await anna.call("POST", f"{one}/confirm", {})
    assert confirmed["checkout_requested_at"] is not None
    log = await door.live.db.hot_fetch(
        "SELECT actor_id, actor_name FROM audit_log WHERE action LIKE 'live_session.%' AND actor_name = 'Anna'"
    )
    assert {tuple(row) for row in log} == {(None, "Anna")}


async def test_a_refusal_tells_no_figures_of_the_stock(door: Door) -> None:
    silk, anna = await door.batch("Silk", None, "7"), await door.customer("Anna")
    session = await door.session(anna)
    path = f"/sessions/{session['session_id']}/lines"
    refused = await anna.call("POST", path, {"batch_id": silk["batch_id"], "quantity": "8"}, 409)
    assert refused["error"] == {"code": "out_of_stock", "message": "There is not enough of this left."}
    await anna.call("POST", path, {"batch_id": session["session_id"], "quantity": "1"}, 404)
    wrong = {"batch_id": silk["batch_id"], "quantity": "-1", "highlighted": True}
    faults = await anna.call("POST", path, wrong, 400)
    assert {fault["path"] for fault in faults["error"]["fields"]} == {"quantity", "highlighted"}


async def test_nobody_gets_into_the_session_of_another(door: Door) -> None:
    """S-04, for customers."""
    anna, zoe = await door.customer("Anna"), await door.customer("Zoe")
    session = await door.session(zoe)
    one = f"{PORTAL}/sessions/{session['session_id']}"
    nobody = f"{PORTAL}/sessions/{zoe.customer_id}"
    for path in ("", "/offers"):
        theirs, none = await anna.ask("GET", one + path), await anna.ask("GET", nobody + path)
        assert theirs[0] == none[0] == 404
    line = {"batch_id": session["session_id"], "quantity": "1"}
    assert (await anna.ask("POST", f"{one}/lines", line))[0] == 404
    assert (await anna.ask("POST", f"{one}/confirm", {}))[0] == 404
    for body in ({"room_code": session["room_code"]}, {"session_id": session["session_id"]}, {"room_code": "X" * 12}):
        assert (await anna.ask("POST", f"{PORTAL}/join", body))[0] == 404
    assert (await anna.ask("POST", f"{PORTAL}/join", {}))[0] == 400
    # A stream says 403, be the session there or not; without a sign-in 401; and to the wrong kind 403.
    assert (await anna.ask("GET", f"{one}/stream"))[0] == (await anna.ask("GET", f"{nobody}/stream"))[0] == 403
    assert (await door.ask("GET", f"{one}/stream", None, {}))[0] == 401
    assert (await door.ask("GET", f"{one}/stream", None, door.owner.headers))[0] == 403
    staff_stream = f"/api/live-sessions/{session['session_id']}/stream"
    assert (await zoe.ask("GET", staff_stream))[0] == 403
    assert (await door.ask("GET", staff_stream, None, {}))[0] == 401


async def test_guessing_is_answered_with_a_429_before_long(door: Door) -> None:
    """S-16: room codes and ids."""
    anna = await door.customer("Anna")
    object.__setattr__(door.live.app.runtime.customer_access.limits, "count", 5)
    by_code = [(await anna.ask("POST", f"{PORTAL}/join", {"room_code": f"{n}" * 12}))[0] for n in range(7)]
    assert by_code == [404] * 5 + [429] * 2
    by_id = [(await anna.ask("GET", f"{PORTAL}/sessions/{anna.customer_id}"))[0] for _ in range(7)]
    assert by_id == [404] * 5 + [429] * 2


async def test_a_stream_goes_on_after_the_last_event_and_beats(door: Door) -> None:
    anna = await door.customer("Anna")
    session = await door.session(anna)
    one = session["session_id"]
    position = (await anna.call("GET", f"/sessions/{one}"))["position"]
    await door.act(one, "pause", {"reason": "tea"})
    await door.act(one, "resume")
    async with anna.stream(one, params={"after": position}) as answer:
        first = await next_event(answer)
    assert first["event"] == "session.paused"
    async with anna.stream(one, headers={"Last-Event-ID": first["id"]}) as answer:
        told = await next_event(answer)
        assert (told["event"], orjson.loads(told["data"])["session"]["status"]) == ("session.resumed", "active")
        async with asyncio.timeout(5):
            while (await answer.content.readline()) != b": ping\n":
                pass


async def test_who_is_sent_out_hears_why_and_stays_out(door: Door) -> None:
    anna = await door.customer("Anna")
    session = await door.session(anna)
    one = session["session_id"]
    async with anna.stream(one) as answer:
        reader = blocks(answer)
        await anext(reader)
        await anext(reader)
        await door.act(one, "kick", {"reason": "be kind"})
        await door.act(one, "pause", {"reason": "among ourselves"})  # before the stream has ended
        async with asyncio.timeout(10):
            told = [fields async for fields in reader if "event" in fields]
    assert [fields["event"] for fields in told] == ["customer.kicked", "bye"]
    assert orjson.loads(told[0]["data"])["message"] == "be kind"
    assert orjson.loads(told[1]["data"]) == {"reason": "not_allowed"}
    assert (await anna.ask("GET", f"{PORTAL}/sessions/{one}/stream"))[0] == 403
    refused = await anna.call("GET", f"/sessions/{one}", None, 403)
    assert refused["error"]["data"] == {"reason": "kicked", "words": "be kind"}
    await anna.call("POST", "/join", {"room_code": session["room_code"]}, 403)
    line = {"batch_id": one, "quantity": "1"}
    await anna.call("POST", f"/sessions/{one}/lines", line, 403)
    assert (await anna.call("GET", "/sessions"))["sessions"] == []


async def test_what_arrives_while_the_customer_is_sent_out_is_refused(door: Door) -> None:
    """The host's transaction is held open: the customer's waits for it, and looks afterwards."""
    anna, silk = await door.customer("Anna"), await door.batch("Silk", "6.00")
    one = (await door.session(anna))["session_id"]
    line = {"batch_id": silk["batch_id"], "quantity": "1"}
    async with door.live.db.hot_connection() as connection:
        host = connection.transaction()
        await host.start()
        await connection.execute("UPDATE live_sessions SET kicked_at = now() WHERE id = $1", UUID(one))
        adding = asyncio.create_task(anna.ask("POST", f"{PORTAL}/sessions/{one}/lines", line))
        done, _ = await asyncio.wait({adding}, timeout=0.5)
        assert not done
        await host.commit()
    assert (await adding)[0] == 403
    lines = await door.live.db.hot_fetch("SELECT 1 FROM live_lines WHERE session_id = $1", UUID(one))
    assert not lines


async def test_streams_end_with_the_access_and_with_the_plugin(door: Door) -> None:
    for how in ("portal", "access", "sign-out", "plugin"):
        anna = await door.customer(how)
        one = (await door.session(anna))["session_id"]
        path = f"/api/customers/{anna.customer_id}"
        async with anna.stream(one) as answer:
            reader = blocks(answer)
            await anext(reader)
            await anext(reader)
            if how == "portal":
                await door.staff("PATCH", path, {"version": 1, "portal": False})
            elif how == "access":
                await door.staff("DELETE", f"{path}/access", None, 204)
            elif how == "sign-out":
                await anna.call("POST", "/sign-out", None, 204)
            else:
                await door.staff("PUT", "/api/flags/live_shopping", {"enabled": False})
            async with asyncio.timeout(10):
                [bye] = [fields async for fields in reader if "event" in fields]
        reason = "not_allowed" if how == "plugin" else "signed_out"
        assert (bye["event"], orjson.loads(bye["data"])) == ("bye", {"reason": reason})
        status, _ = await anna.ask("GET", f"{PORTAL}/sessions/{one}")
        assert status == (404 if how == "plugin" else 401)
    assert (await anna.ask("GET", "/portal", None, Accept="text/html"))[0] == 404
