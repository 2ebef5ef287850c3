"""`/api/shows/<id>/ws` on a real server: the same events, nothing to gain for a hostile page or client."""

import asyncio
import base64
import os
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

import aiohttp
import psutil
import pytest

from dibs.events import hub as hub_module
from dibs.settings import Settings

from .conftest import until
from .live import Live, Person, running

FRIEND = "https://shop.example.com"


@pytest.fixture
async def live(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Live]:
    monkeypatch.setattr(hub_module, "GUARD_SECONDS", 0.2)
    settings = Settings(database_url=database_url, data_dir=tmp_path, allowed_origins=(FRIEND,), shutdown_seconds=3)
    async with running(settings) as made:
        yield made


async def test_a_client_catches_up_and_goes_on(live: Live) -> None:
    ana = await live.person()
    show = await live.show(ana)
    start = await live.where(ana, show)
    await live.say(ana, show, "one", "two")
    async with live.socket(show, headers=ana.headers, params={"after": str(start)}) as ws:
        got = [await ws.receive_json(timeout=5) for _ in range(2)]
        await live.say(ana, show, "three")
        got.append(await ws.receive_json(timeout=5))
    assert got == [
        {"id": f"{start.epoch}:{n}", "type": "comment.received", "data": {"text": text}}
        for n, text in enumerate(("one", "two", "three"), start=1)
    ]


async def test_without_a_position_a_client_is_told_where_it_is(live: Live) -> None:
    ana = await live.person()
    show = await live.show(ana)
    here = await live.say(ana, show, "before")
    async with live.socket(show, headers=ana.headers) as ws:
        assert await ws.receive_json(timeout=5) == {"id": str(here), "type": "joined", "data": {}}


async def test_a_forged_position_gets_reset_and_never_data(live: Live) -> None:
    ana = await live.person()
    show = await live.show(ana)
    await live.say(ana, show, "secret")
    async with live.socket(show, headers=ana.headers, params={"after": "x:0"}) as ws:
        told = await ws.receive_json(timeout=5)
        assert (told["type"], told["data"]) == ("reset", {"reason": "epoch"})
        assert (await ws.receive(timeout=5)).type is aiohttp.WSMsgType.CLOSE


async def test_compression_is_not_agreed_to(live: Live) -> None:
    ana = await live.person()
    async with live.socket(await live.show(ana), headers=ana.headers, compress=15) as ws:
        assert ws.compress == 0


async def _refused(live: Live, show: UUID, **kwargs: object) -> int:
    with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
        async with live.socket(show, **kwargs):
            pass
    return caught.value.status


async def test_who_may_not_listen_is_refused_before_the_handshake(live: Live) -> None:
    ana, eve = await live.person(), await live.person()
    show = await live.show(ana)
    assert await _refused(live, show) == 401
    assert await _refused(live, show, headers=eve.headers) == 404
    assert await _refused(live, show, params={"ticket": "nonsense"}) == 401


async def _session(live: Live, who: Person) -> dict[str, str]:
    return {"Cookie": f"dibs_session={await live.app.runtime.accounts.open_session(who.user_id)}"}


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1", f"{FRIEND}.evil.example"])
async def test_a_page_of_another_site_can_not_use_the_cookie(live: Live, origin: str) -> None:
    ana = await live.person()
    show = await live.show(ana)
    assert await _refused(live, show, headers={**await _session(live, ana), "Origin": origin}) == 403


async def test_our_own_pages_and_listed_ones_may_listen(live: Live) -> None:
    ana = await live.person()
    show = await live.show(ana)
    cookie = await _session(live, ana)
    for origin in (live.base, FRIEND):
        async with live.socket(show, headers={**cookie, "Origin": origin}) as ws:
            assert (await ws.receive_json(timeout=5))["type"] == "joined"


async def test_a_ticket_opens_one_socket(live: Live) -> None:
    ana = await live.person()
    show = await live.show(ana)
    ticket = await live.app.runtime.accounts.tickets.create(ana.user_id, ana.workspace_id)
    async with live.socket(show, params={"ticket": ticket}) as ws:
        assert (await ws.receive_json(timeout=5))["type"] == "joined"
        assert await _refused(live, show, params={"ticket": ticket}) == 401


async def test_the_socket_closes_when_the_sign_in_ends(live: Live) -> None:
    ana = await live.person()
    show = await live.show(ana)
    token = await live.app.runtime.accounts.open_session(ana.user_id)
    async with live.socket(show, headers={"Cookie": f"dibs_session={token}"}) as ws:
        await ws.receive_json(timeout=5)
        await live.app.runtime.accounts.close_session(token)
        assert (await ws.receive_json(timeout=5))["data"] == {"reason": "signed_out"}
        await ws.receive(timeout=5)
        assert ws.close_code == 4401


async def test_a_ping_is_answered(live: Live) -> None:
    ana = await live.person()
    async with live.socket(await live.show(ana), headers=ana.headers) as ws:
        await ws.receive_json(timeout=5)
        await ws.send_json({"type": "ping"})
        assert await ws.receive_json(timeout=5) == {"type": "pong"}


async def _closed(ws: aiohttp.ClientWebSocketResponse) -> tuple[int | None, str]:
    async with asyncio.timeout(10):
        while True:
            message = await ws.receive()
            if message.type is aiohttp.WSMsgType.CLOSE:
                return int(message.data), str(message.extra)
            if message.type in (aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.ERROR):
                return ws.close_code, ""


@pytest.mark.parametrize("text", ["hello", "{}", '{"type":"pong"}', '{"type":"ping","n":1}', "[", "\u2028"])
async def test_any_other_message_closes_the_socket_and_says_why(live: Live, text: str) -> None:
    ana = await live.person()
    async with live.socket(await live.show(ana), headers=ana.headers) as ws:
        await ws.send_str(text)
        code, reason = await _closed(ws)
        assert code == 1008
        assert "only message" in reason


async def test_bytes_close_the_socket(live: Live) -> None:
    ana = await live.person()
    async with live.socket(await live.show(ana), headers=ana.headers) as ws:
        await ws.send_bytes(b'{"type":"ping"}')
        assert (await _closed(ws))[0] == 1008


async def test_a_flood_closes_the_socket_and_says_why(live: Live) -> None:
    ana = await live.person()
    async with live.socket(await live.show(ana), headers=ana.headers) as ws:
        for _ in range(51):
            await ws.send_json({"type": "ping"})
        code, reason = await _closed(ws)
        assert code == 1008
        assert "50 messages" in reason


async def test_a_large_message_closes_the_socket(live: Live) -> None:
    ana = await live.person()
    async with live.socket(await live.show(ana), headers=ana.headers, max_msg_size=0) as ws:
        await ws.send_str("x" * (64 * 1024 + 1))
        assert (await _closed(ws))[0] == 1009


def _frame(size: int, *, final: bool, first: bool) -> bytes:
    """A masked text frame with a mask of zeros."""
    head = bytes([(0x80 if final else 0) | (1 if first else 0), 0xFF]) + size.to_bytes(8, "big") + bytes(4)
    return head + b"x" * size


async def _raw(live: Live, who: Person, show: UUID) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    place = urlsplit(live.base)
    reader, writer = await asyncio.open_connection(place.hostname, place.port)
    key = base64.b64encode(os.urandom(16)).decode()
    writer.write(
        f"GET /api/shows/{show}/ws HTTP/1.1\r\nHost: {place.netloc}\r\n"
        "Connection: Upgrade\r\nUpgrade: websocket\r\n"
        f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n"
        f"Authorization: Bearer {who.token}\r\n\r\n".encode()
    )
    assert b"101" in await reader.readline()
    return reader, writer


async def _pour(writer: asyncio.StreamWriter, pieces: int, piece: bytes, head: bytes = b"") -> None:
    """Send as much as the server takes, without ever reading or caring that it closed."""
    try:
        async with asyncio.timeout(15):
            writer.write(head)
            for _ in range(pieces):
                writer.write(piece)
                await writer.drain()
    except (ConnectionError, TimeoutError):
        pass


@pytest.mark.parametrize("kind", ["one frame of 200 MB", "one message in many frames", "many messages"])
async def test_a_client_that_pours_data_does_not_grow_the_server(live: Live, kind: str) -> None:
    ana = await live.person()
    show = await live.show(ana)
    _, writer = await _raw(live, ana, show)
    await until(lambda: live.app.runtime.hub.subscribers == 1)
    memory = psutil.Process().memory_info
    before = memory().rss
    chunk = b"x" * (1 << 20)
    if kind == "one frame of 200 MB":
        await _pour(writer, 200, chunk, _frame(200 << 20, final=True, first=True)[:14])
    elif kind == "one message in many frames":
        await _pour(writer, 200, _frame(1 << 20, final=False, first=False), _frame(1, final=False, first=True))
    else:
        await _pour(writer, 3000, _frame(60_000, final=True, first=True))
    grown = memory().rss - before
    writer.close()
    assert grown < 20 << 20, f"{kind}: {grown >> 20} MB"
    await until(lambda: live.app.runtime.hub.subscribers == 0)
