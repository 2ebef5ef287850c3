"""Stored deliveries are worked off: each by one process, in order, and nothing in them stops what comes after."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import attrs
import pytest

from dibs.app import DibsQuart
from dibs.clock import utc_now
from dibs.errors import InvariantError, UnavailableError
from dibs.ids import uuid7
from dibs.metrics import Metrics
from dibs.models.platform import WebhookNews
from dibs.webhooks import WebhookWorker
from dibs.webhooks.counters import WebhookCounters
from dibs.webhooks.rows import InboxRows, NewDelivery

from .conftest import SignUp, note

Problem = Callable[[WebhookNews], BaseException | None]


@attrs.define(eq=False)
class Desk:
    """Whom the accounts belong to, and what was delivered to whom."""

    app: DibsQuart
    connected: dict[str, list[tuple[UUID, UUID]]] = attrs.field(factory=dict)
    delivered: list[tuple[UUID, str, list[str]]] = attrs.field(factory=list)
    problem: Problem = lambda news: None
    waits: dict[UUID, asyncio.Event] = attrs.field(factory=dict)
    counters: WebhookCounters = attrs.field(factory=lambda: WebhookCounters(Metrics().registry))

    async def by_account(self, platform: str, account_id: str) -> Sequence[tuple[UUID, UUID]]:
        return self.connected.get(account_id, [])

    async def deliver(self, workspace_id: UUID, connection_id: UUID, news: WebhookNews) -> None:
        if connection_id in self.waits:
            await self.waits[connection_id].wait()
        problem = self.problem(news)
        if problem is not None:
            raise problem
        self.delivered.append((connection_id, news.live_id, [c.text for c in news.batch.comments]))

    def worker(self) -> WebhookWorker:
        runtime = self.app.runtime
        return WebhookWorker(runtime.db, runtime.platforms, self.by_account, self.deliver, self.counters)

    def texts(self, connection_id: UUID) -> list[str]:
        return [text for to, _, texts in self.delivered if to == connection_id for text in texts]

    async def store(self, *bodies: Any, kind: str = "notes", platform: str = "corner") -> None:
        new = [
            NewDelivery(
                platform, {"x-corner-kind": kind}, b if isinstance(b, bytes) else json.dumps(b).encode(), utc_now()
            )
            for b in bodies
        ]
        await InboxRows(self.app.runtime.db).put(new)

    async def rows(self) -> list[dict[str, Any]]:
        found = await self.app.runtime.db.hot_fetch("SELECT * FROM webhook_inbox ORDER BY id")
        return [dict(row) for row in found]

    async def settled(self) -> list[dict[str, Any]]:
        return await self.until(lambda rows: all(row["done_at"] for row in rows))

    async def until(self, fits: Callable[[list[dict[str, Any]]], bool]) -> list[dict[str, Any]]:
        async with asyncio.timeout(20):
            while not fits(rows := await self.rows()):
                await asyncio.sleep(0.01)
        return rows

    def count(self, name: str, **labels: str) -> float:
        value = self.counters.registry.get_sample_value(f"dibs_webhooks_{name}_total", {"platform": "corner", **labels})
        return value or 0.0


def told(*notes: dict[str, Any], room: str = "room1", live: str = "live1") -> dict[str, Any]:
    return {"parts": [{"room": room, "live": live, "notes": list(notes)}]}


@pytest.fixture
async def desk(app: DibsQuart) -> AsyncIterator[Desk]:
    """The application's own worker is at rest; tests start theirs."""
    await app.runtime.webhook_worker.close()
    yield Desk(app)


@pytest.fixture
async def connection(desk: Desk, sign_up: SignUp) -> UUID:
    """A connection to room1, in a workspace that has Corner."""
    return await connect(desk, sign_up, "room1")


async def connect(desk: Desk, sign_up: SignUp, room: str, *, on: bool = True) -> UUID:
    workspace_id, connection_id = UUID((await sign_up()).workspace_id), uuid7()
    await desk.app.runtime.flags.set_override(workspace_id, "corner", on)
    desk.connected.setdefault(room, []).append((workspace_id, connection_id))
    return connection_id


async def working(desk: Desk, then: Callable[[], Awaitable[Any]]) -> Any:
    worker = desk.worker()
    await worker.start()
    try:
        return await then()
    finally:
        await worker.close()


async def test_deliveries_reach_their_connection_in_order_and_few_pieces(desk: Desk, connection: UUID) -> None:
    await desk.store(*(told(note(n, f"text {n}")) for n in range(300)))
    rows = await working(desk, desk.settled)
    assert desk.texts(connection) == [f"text {n}" for n in range(300)]
    assert len(desk.delivered) <= 4
    assert all(row["note"] is None and row["attempts"] == 0 for row in rows)


async def test_an_account_of_several_workspaces_tells_each_that_has_the_plugin(
    desk: Desk, connection: UUID, sign_up: SignUp
) -> None:
    second, off = await connect(desk, sign_up, "room1"), await connect(desk, sign_up, "room1", on=False)
    await desk.store(told(note(1, "sold 1")), told(note(2, "x"), room="nobody's"), {"parts": []})
    await working(desk, desk.settled)
    assert desk.texts(connection) == desk.texts(second) == ["sold 1"]
    assert desk.texts(off) == []
    assert desk.count("ignored", reason="unknown_account") == 1


async def test_what_the_adapter_leaves_out_is_counted(desk: Desk, connection: UUID) -> None:
    await desk.store({"parts": []}, {"parts": []}, kind="other")
    await working(desk, desk.settled)
    assert desk.count("ignored", reason="left_out") == 2


async def test_a_connection_that_waits_keeps_no_other_waiting(desk: Desk, connection: UUID, sign_up: SignUp) -> None:
    other = await connect(desk, sign_up, "room2")
    desk.waits[connection] = asyncio.Event()
    await desk.store(told(note(1, "slow")), told(note(2, "quick"), room="room2"))

    async def both() -> None:
        rows = await desk.until(lambda rows: rows[1]["done_at"] is not None)
        assert rows[0]["done_at"] is None and desk.texts(other) == ["quick"]
        await desk.store(told(note(3, "slow too")), told(note(4, "quick too"), room="room2"))
        await desk.until(lambda rows: rows[3]["done_at"] is not None)
        desk.waits[connection].set()
        await desk.settled()

    await working(desk, both)
    assert desk.texts(connection) == ["slow", "slow too"]


async def test_what_an_adapter_can_not_read_is_set_aside_and_the_rest_goes_on(desk: Desk, connection: UUID) -> None:
    poison = b'{"parts": [{"secret text": 1}]}'
    await desk.store(told(note(1, "before")), poison, told(note(2, "after")))

    async def impatient() -> list[dict[str, Any]]:
        async with asyncio.timeout(20):
            while True:
                await desk.app.runtime.db.hot_fetch(
                    "UPDATE webhook_inbox SET taken_until = now() WHERE attempts > 0 AND done_at IS NULL"
                )
                rows = await desk.rows()
                if all(row["done_at"] for row in rows):
                    return rows
                await asyncio.sleep(0.02)

    rows = await working(desk, impatient)
    assert desk.texts(connection) == ["before", "after"]
    assert [row["attempts"] for row in rows] == [0, 5, 0]
    assert rows[1]["note"].startswith("KeyError in adapter.py, line ")
    assert "secret" not in rows[1]["note"]
    assert (desk.count("failed"), desk.count("set_aside")) == (5, 1)
    aside = await InboxRows(desk.app.runtime.db).set_aside()
    assert [(one.id, one.size, one.attempts) for one in aside] == [(rows[1]["id"], len(poison), 5)]
    assert await InboxRows(desk.app.runtime.db).try_again(rows[1]["id"]) == 1
    assert (await desk.rows())[1]["attempts"] == 0


async def test_news_that_can_not_be_used_take_no_other_delivery_along(desk: Desk, connection: UUID) -> None:
    desk.problem = lambda news: InvariantError("broken") if any(c.text == "bad" for c in news.batch.comments) else None
    await desk.store(told(note(1, "one")), told(note(2, "bad")), told(note(3, "three")))
    rows = await working(desk, lambda: desk.until(lambda rows: bool(rows[1]["attempts"])))
    assert desk.texts(connection) == ["one", "three"]
    rows = await desk.rows()
    assert [bool(row["done_at"]) for row in rows] == [True, False, True]
    assert rows[1]["note"] == "invariant: broken"


async def test_while_the_database_or_an_owner_is_away_no_attempt_is_counted(desk: Desk, connection: UUID) -> None:
    away = [UnavailableError("the owner does not answer"), ConnectionResetError()]
    desk.problem = lambda news: away.pop() if away else None
    await desk.store(told(note(1, "sold 1")))
    rows = await working(desk, desk.settled)
    assert desk.texts(connection) == ["sold 1"]
    assert (rows[0]["attempts"], rows[0]["note"]) == (0, None)


async def test_two_processes_share_the_work_and_a_row_is_worked_on_by_one(desk: Desk, connection: UUID) -> None:
    await desk.store(*(told(note(n, str(n))) for n in range(1_000)))
    second = desk.worker()
    await second.start()
    await working(desk, desk.settled)
    await second.close()
    assert sorted(desk.texts(connection), key=int) == [str(n) for n in range(1_000)]


async def test_what_a_dead_process_had_taken_is_taken_over(desk: Desk, connection: UUID) -> None:
    await desk.store(told(note(1, "sold 1")))
    rows = InboxRows(desk.app.runtime.db)
    assert len(await rows.take(10)) == 1 and await rows.take(10) == []
    await desk.app.runtime.db.hot_fetch("UPDATE webhook_inbox SET taken_until = now() - interval '1 second'")
    await working(desk, desk.settled)
    assert desk.texts(connection) == ["sold 1"]


async def test_a_row_that_takes_long_stays_with_its_process(desk: Desk, connection: UUID) -> None:
    desk.waits[connection] = asyncio.Event()
    await desk.store(told(note(1, "sold 1")))

    async def long() -> None:
        first = (await desk.until(lambda rows: rows[0]["taken_until"] is not None))[0]["taken_until"]
        await desk.until(lambda rows: rows[0]["taken_until"] > first + timedelta(seconds=1))
        desk.waits[connection].set()
        await desk.settled()

    await working(desk, long)
    assert desk.texts(connection) == ["sold 1"]


async def test_a_platform_whose_plugin_is_gone_is_set_aside_in_words(desk: Desk) -> None:
    await desk.store({"parts": []}, platform="gone")
    rows = await working(desk, lambda: desk.until(lambda rows: bool(rows[0]["attempts"])))
    assert rows[0]["note"] == "not_found: There is no such platform."


async def test_done_rows_go_after_a_week_and_open_ones_never(desk: Desk) -> None:
    await desk.store({"parts": []}, {"parts": []}, {"parts": []})
    db = desk.app.runtime.db
    await db.hot_fetch("UPDATE webhook_inbox SET received_at = now() - interval '30 days'")
    await db.hot_fetch(
        "UPDATE webhook_inbox SET done_at = now() - make_interval(days => 6 + 2 * (id % 2)::int) "
        "WHERE id < (SELECT max(id) FROM webhook_inbox)"
    )
    assert await InboxRows(db).sweep() == 1
    assert [bool(row["done_at"]) for row in await desk.rows()] == [True, False]
