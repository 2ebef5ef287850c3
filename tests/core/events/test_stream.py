"""`GET /api/shows/<id>/stream` on a real server: who listens, from where, and that nobody forges an event."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import orjson
import pytest

from dibs.events import hub as hub_module
from dibs.ids import uuid7
from dibs.settings import Settings

from .conftest import until
from .live import Live, blocks, next_event, running


@pytest.fixture
async def live(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Live]:
    monkeypatch.setattr(hub_module, "GUARD_SECONDS", 0.2)
    monkeypatch.setattr(hub_module, "HEARTBEAT_SECONDS", 0.3)
    async with running(Settings(database_url=database_url, data_dir=tmp_path, shutdown_seconds=3)) as made:
        yield made


async def test_a_stream_begins_with_retry_and_is_kept_by_nobody(live: Live) -> None:
    ana = await live.person()
    async with live.stream(await live.show(ana), headers=ana.headers) as answer:
        assert answer.status == 200
        assert answer.headers["Content-Type"] == "text/event-stream; charset=utf-8"
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Accel-Buffering"] == "no"
        assert (await answer.content.readline()) == b"retry: 2000\n"


async def test_a_client_continues_where_it_stopped(live: Live) -> None:
    ana = await live.person()
    show = await live.show(ana)
    start = await live.where(ana, show)
    await live.say(ana, show, "one", "two")
    async with live.stream(show, headers=ana.headers, params={"after": str(start)}) as answer:
        first = await next_event(answer)
    assert (first["event"], first["data"]) == ("comment.received", '{"text":"one"}')
    headers = {**ana.headers, "Last-Event-ID": first["id"]}
    async with live.stream(show, headers=headers, params={"after": str(start)}) as answer:
        assert (await next_event(answer))["data"] == '{"text":"two"}'
        await live.say(ana, show, "three")
        assert (await next_event(answer))["data"] == '{"text":"three"}'


async def test_without_a_position_a_client_learns_where_it_is(live: Live) -> None:
    ana = await live.person()
    show = await live.show(ana)
    here = await live.say(ana, show, "before")
    async with live.stream(show, headers=ana.headers) as answer:
        known = [fields async for fields in _first(answer, 2)]
        assert known == [{"retry": "2000"}, {"id": str(here)}]
        await live.say(ana, show, "after")
        assert (await next_event(answer))["data"] == '{"text":"after"}'


async def _first(answer: object, count: int) -> AsyncIterator[dict[str, str]]:
    async for fields in blocks(answer):  # type: ignore[arg-type]
        yield fields
        count -= 1
        if not count:
            return


async def test_silence_is_filled_with_comments(live: Live) -> None:
    ana = await live.person()
    async with live.stream(await live.show(ana), headers=ana.headers) as answer, asyncio.timeout(5):
        async for line in answer.content:
            if line == b": ping\n":
                return
    raise AssertionError("no heartbeat came")


@pytest.mark.parametrize("forged", ["nonsense", "x:1", "1", "a:b:c", "é:1", ":5", "x:99999999999999999999"])
async def test_a_forged_position_gets_reset_and_never_data(live: Live, forged: str) -> None:
    ana = await live.person()
    show = await live.show(ana)
    here = await live.say(ana, show, "secret")
    async with live.stream(show, headers={**ana.headers, "Last-Event-ID": forged}) as answer:
        told = await next_event(answer)
        assert (told["event"], told["id"]) == ("reset", str(here))
        assert orjson.loads(told["data"])["reason"] in ("epoch", "gap")
        assert await next_event(answer) == {}, "a reset ends the stream"


async def test_nobody_listens_without_signing_in(live: Live) -> None:
    ana = await live.person()
    show = await live.show(ana)
    async with live.stream(show) as answer:
        assert answer.status == 401
    async with live.stream(show, headers={"Authorization": "Bearer nonsense"}) as answer:
        assert answer.status == 401
        assert (await answer.json())["error"]["code"] == "unauthenticated"


async def test_a_show_of_another_workspace_does_not_exist(live: Live) -> None:
    ana, eve = await live.person(), await live.person()
    show = await live.show(ana)
    here = await live.say(ana, show, "secret")
    headers = {**eve.headers, "Last-Event-ID": str(here)}
    for target in (show, uuid7()):
        async with live.stream(target, headers=headers) as answer:
            assert answer.status == 404
            assert "secret" not in await answer.text()
    async with live.stream(show, headers={**headers, "X-Dibs-Workspace": str(ana.workspace_id)}) as answer:
        assert answer.status == 404


async def test_a_ticket_opens_one_stream(live: Live) -> None:
    ana = await live.person()
    show = await live.show(ana)
    async with live.http.post(f"{live.base}/api/tickets", headers=ana.headers) as made:
        ticket = (await made.json())["ticket"]
    async with live.stream(show, params={"ticket": ticket}) as answer:
        assert answer.status == 200
        await live.say(ana, show, "hello")
        assert (await next_event(answer))["data"] == '{"text":"hello"}'
    async with live.stream(show, params={"ticket": ticket}) as again:
        assert again.status == 401


async def test_an_old_ticket_opens_nothing(live: Live) -> None:
    ana = await live.person()
    show = await live.show(ana)
    async with live.http.post(f"{live.base}/api/tickets", headers=ana.headers) as made:
        ticket = (await made.json())["ticket"]
    await live.db.hot_fetch("UPDATE stream_tickets SET expires_at = now() - interval '1 second'")
    async with live.stream(show, params={"ticket": ticket}) as answer:
        assert answer.status == 401


async def test_a_ticket_opens_no_show_of_another_workspace(live: Live) -> None:
    ana, eve = await live.person(), await live.person()
    show = await live.show(ana)
    async with live.http.post(f"{live.base}/api/tickets", headers=eve.headers) as made:
        ticket = (await made.json())["ticket"]
    async with live.stream(show, params={"ticket": ticket}) as answer:
        assert answer.status == 404


async def test_what_a_ticket_opened_ends_with_the_sign_in_that_made_it(live: Live) -> None:
    ana = await live.person()
    show = await live.show(ana)
    async with (
        live.http.post(f"{live.base}/api/tickets", headers=ana.headers) as made,
        live.http.post(f"{live.base}/api/tickets", headers=ana.headers) as late,
    ):
        ticket, unused = (await made.json())["ticket"], (await late.json())["ticket"]
    async with live.stream(show, params={"ticket": ticket}) as answer:
        await until(lambda: live.app.runtime.hub.subscribers == 1)
        async with live.http.post(f"{live.base}/api/auth/logout", headers=ana.headers) as out:
            assert out.status == 204
        async with asyncio.timeout(6):
            assert b"signed_out" in await answer.content.read()
    async with live.stream(show, params={"ticket": unused}) as answer:
        assert answer.status == 401


async def test_the_stream_ends_when_the_sign_in_ends(live: Live) -> None:
    ana = await live.person()
    async with live.stream(await live.show(ana), headers=ana.headers) as answer:
        await until(lambda: live.app.runtime.hub.subscribers == 1)
        async with live.http.post(f"{live.base}/api/auth/logout", headers=ana.headers) as out:
            assert out.status < 300
        told = await next_event(answer)
        assert (told["event"], told["data"]) == ("bye", '{"reason":"signed_out"}')


async def test_the_stream_ends_when_the_member_is_removed(live: Live) -> None:
    ana = await live.person()
    async with live.stream(await live.show(ana), headers=ana.headers) as answer:
        await until(lambda: live.app.runtime.hub.subscribers == 1)
        await live.db.hot_fetch("DELETE FROM members WHERE user_id = $1", ana.user_id)
        assert (await next_event(answer))["data"] == '{"reason":"signed_out"}'


async def test_the_stream_ends_when_the_access_token_expires(live: Live) -> None:
    ana = await live.person()
    show = await live.show(ana)
    accounts = live.app.runtime.accounts
    sign_in = await accounts.open_sign_in(ana.user_id)
    object.__setattr__(accounts.access_tokens, "minutes", 2 / 60)
    short = accounts.access_token(sign_in)
    async with live.stream(show, headers={"Authorization": f"Bearer {short}"}) as answer:
        assert answer.status == 200
        assert (await next_event(answer))["data"] == '{"reason":"signed_out"}'


@pytest.mark.parametrize(
    "text",
    [
        "sold 12\n\nevent: claim.created\ndata: {}",
        "a\rdata: b",
        "a\r\n\r\nid: x:9\r\n",
        "line\u2028separator\u2029paragraph\u0085next",
        "\x00\x1b[0m",
        '"}\n\ndata: {"',
    ],
)
async def test_no_comment_can_forge_an_event(live: Live, text: str) -> None:
    ana = await live.person()
    show = await live.show(ana)
    start = await live.where(ana, show)
    for _ in range(2):
        await live.say(ana, show, text)
    async with live.stream(show, headers=ana.headers, params={"after": str(start)}) as answer:
        for seq in (1, 2):
            told = await next_event(answer)
            assert set(told) == {"id", "event", "data"}
            assert (told["id"], told["event"]) == (f"{start.epoch}:{seq}", "comment.received")
            assert orjson.loads(told["data"]) == {"text": text}


async def test_a_payload_written_over_several_lines_is_one_event(live: Live) -> None:
    ana = await live.person()
    show = await live.show(ana)
    start = await live.where(ana, show)
    pretty = '{\n"text":\r\n "x",\r\n\r\n"event": "claim.created"}'
    insert = "INSERT INTO outbox VALUES ($1, $2, 1, 0, 'comment.received', 1, $3::text::json, now())"
    await live.db.hot_fetch(insert, ana.workspace_id, f"show:{show}", pretty)
    await live.db.hot_fetch("UPDATE topics SET last_seq = 1 WHERE topic = $1", f"show:{show}")
    async with live.stream(show, headers=ana.headers, params={"after": str(start)}) as answer:
        assert orjson.loads((await next_event(answer))["data"]) == {"text": "x", "event": "claim.created"}


async def test_a_stopping_server_says_bye(database_url: str, tmp_path: Path) -> None:
    async with running(Settings(database_url=database_url, data_dir=tmp_path, shutdown_seconds=3)) as live:
        ana = await live.person()
        async with live.stream(await live.show(ana), headers=ana.headers) as answer:
            await until(lambda: live.app.runtime.hub.subscribers == 1)
            live.app.runtime.hub.end_streams()
            told = await next_event(answer)
            assert (told["event"], told["data"]) == ("bye", '{"reason":"shutdown"}')
            assert await next_event(answer) == {}


async def test_a_head_request_is_answered_and_ends(live: Live) -> None:
    ana = await live.person()
    show = await live.show(ana)
    async with live.http.head(f"{live.base}/api/shows/{show}/stream", headers=ana.headers) as answer:
        assert answer.status == 200
