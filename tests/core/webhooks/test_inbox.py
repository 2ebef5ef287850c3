"""What a platform sends is verified, stored, and only then answered with 200."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from dibs.app import DibsQuart
from dibs.db import Database
from dibs.errors import UnavailableError
from dibs.models.platform import WebhookRequest
from dibs.webhooks.inbox import MOST_WAITING_BYTES, WebhookInbox, kept_headers

from .conftest import VERIFY, Corner, note

STORED = "SELECT id, platform, headers::text AS headers, body, note, done_at FROM webhook_inbox ORDER BY id"


async def stored(app: DibsQuart) -> Any:
    return await app.runtime.db.hot_fetch(STORED)


async def test_the_handshake_is_answered_with_the_challenge_and_nothing_else(corner: Corner) -> None:
    answer = await corner.client.get(corner.path, query_string={"token": VERIFY, "challenge": "1158201444"})
    assert (answer.status_code, await answer.get_data()) == (200, b"1158201444")
    assert answer.headers["Content-Type"].startswith("text/plain")
    for query in ({"token": "other", "challenge": "1"}, {"challenge": "1"}, {"token": VERIFY}, {}):
        answer = await corner.client.get(corner.path, query_string=query)
        assert answer.status_code == 403, query


async def test_a_platform_that_is_not_there_or_takes_no_webhooks_is_not_found(corner: Corner) -> None:
    for path in ("/webhooks/nobody", "/webhooks/practice"):
        assert (await corner.client.post(path, data=b"{}")).status_code == 404
        assert (await corner.client.get(path)).status_code == 404


async def test_a_signed_delivery_is_stored_as_it_came(app: DibsQuart, corner: Corner) -> None:
    body = b'{"parts": [],  "x": "caf\\u00e9 \\ud83d\\ude4f \\/"}'
    assert await corner.send(body) == 200
    rows = await stored(app)
    assert [(row["platform"], row["body"]) for row in rows] == [("corner", body)]
    assert rows[0]["headers"] == '{"x-corner-kind": "notes"}'


async def test_it_needs_no_session_no_token_and_may_come_from_anywhere(app: DibsQuart, corner: Corner) -> None:
    more = {"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site", "Cookie": "dibs_session=x"}
    assert await corner.send({"parts": []}, **more, **{"Idempotency-Key": "once"}) == 200
    assert await corner.send({"parts": []}, **more, **{"Idempotency-Key": "once"}) == 200
    assert len(await stored(app)) == 2
    assert await app.runtime.db.hot_fetch("SELECT 1 FROM idempotency_keys") == []


async def test_a_thousand_updates_in_one_delivery_fit(app: DibsQuart, corner: Corner) -> None:
    notes = [note(n, "ส" * 600) for n in range(1_000)]
    assert await corner.notes(*notes) == 200
    assert len((await stored(app))[0]["body"]) > 3_600_000
    assert await corner.send(b"x" * (8 * 1024 * 1024 + 1)) == 413


async def test_what_arrives_together_is_stored_by_few_statements(app: DibsQuart, corner: Corner) -> None:
    arrived: list[int] = []
    ours = WebhookInbox(app.runtime.db, lambda: arrived.append(1))
    posts = [WebhookRequest(f"{n}".encode(), {"content-type": "application/json"}) for n in range(300)]
    await asyncio.gather(*(ours.put("corner", post) for post in posts))
    assert [row["body"] for row in await stored(app)] == [post.body for post in posts]
    assert len(arrived) <= 4


async def test_without_a_database_nothing_is_promised(app: DibsQuart, corner: Corner) -> None:
    lost = Database("postgresql://nobody@127.0.0.1:1/none")
    app.runtime.webhooks.db = lost
    answer = await corner.client.post(corner.path, data=b"{}", headers={"X-Corner-Signature": corner.signature(b"{}")})
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) >= 1
    app.runtime.webhooks.db = app.runtime.db
    assert await stored(app) == []
    assert await corner.send(b"{}") == 200
    assert len(await stored(app)) == 1


async def test_a_table_that_refuses_ends_in_503_and_not_in_200(app: DibsQuart, corner: Corner) -> None:
    await app.runtime.db.hot_fetch("ALTER TABLE webhook_inbox ADD CONSTRAINT none CHECK (length(body) < 3)")
    assert await corner.send({"parts": []}) == 503
    assert await corner.send(b"{}") == 200


async def test_only_so_much_waits_in_memory(app: DibsQuart) -> None:
    ours = WebhookInbox(app.runtime.db, lambda: None)
    body = b"x" * (MOST_WAITING_BYTES // 2 + 1)
    first = asyncio.create_task(ours.put("corner", WebhookRequest(body)))
    await asyncio.sleep(0)
    with pytest.raises(UnavailableError):
        await ours.put("corner", WebhookRequest(body))
    await first
    await ours.close()
    with pytest.raises(UnavailableError):
        await ours.put("corner", WebhookRequest(b"{}"))


async def test_a_sender_that_hangs_up_does_not_spoil_it_for_the_others(app: DibsQuart) -> None:
    ours = WebhookInbox(app.runtime.db, lambda: None)
    posts = [asyncio.create_task(ours.put("corner", WebhookRequest(f"{n}".encode()))) for n in range(3)]
    await asyncio.sleep(0)
    posts[1].cancel()
    results = await asyncio.gather(*posts, return_exceptions=True)
    assert [type(result) for result in results] == [type(None), asyncio.CancelledError, type(None)]
    assert {row["body"] for row in await stored(app)} >= {b"0", b"2"}


def test_signatures_and_what_proxies_say_are_not_kept() -> None:
    headers = {
        "content-type": "application/json",
        "x-hub-signature-256": "sha256=00",
        "x-forwarded-for": "1.2.3.4",
        "authorization": "Bearer x",
        "cookie": "a=b",
        "x-kind": "notes",
        "x-long": "y" * 600,
        "x-odd": "a\x00b",
    }
    assert kept_headers(headers) == {"content-type": "application/json", "x-kind": "notes"}
