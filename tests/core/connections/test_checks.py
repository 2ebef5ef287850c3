"""Tokens are checked once a day, renewed in time, and people are told before one dies."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from uuid import UUID

import attrs
import orjson
import pytest

from dibs.clock import utc_now
from dibs.connections.keeper import look_after
from dibs.connections.leaving import disconnect
from dibs.events import outbox
from dibs.events.workspace import workspace_topic
from dibs.models.platform import Account, Token, TryAgainError

from .conftest import Port


async def connect(port: Port, *, days: float | None, age: float = 0) -> UUID:
    """A connection whose token ends in so many days, and was given so many days ago; nobody checked it since."""
    ends = None if days is None else utc_now() + timedelta(days=days)
    account = port.account()
    account = attrs.evolve(account, token=Token(account.token.value, ends))
    connection_id, _ = await port.connections.store(port.workspace_id, port.actor, account)
    sql = "UPDATE connections SET refreshed_at = now() - $2::interval, checked_at = NULL WHERE id = $1"
    await port.runtime.db.hot_fetch(sql, connection_id, timedelta(days=age))
    return connection_id


async def account_of(port: Port, connection_id: UUID) -> Account:
    return await port.connections.account(port.workspace_id, connection_id)


async def changes(port: Port) -> list[str]:
    page = await outbox.read_after(port.runtime.db, port.workspace_id, workspace_topic(port.workspace_id), 0)
    return [orjson.loads(event.data)["change"] for event in page.events]


async def test_each_is_checked_once_a_day_by_one_process(port: Port) -> None:
    for number in range(4):
        await port.connect(f"p{number}")
    assert await port.connections.checks.check_due() == 0
    await port.runtime.db.hot_fetch("UPDATE connections SET checked_at = now() - interval '25 hours'")
    counts = await asyncio.gather(*(look_after(port.connections) for _ in range(3)))
    assert sum(counts) == 4
    assert sorted(port.server.calls) == [("me", f"p{number}") for number in range(4)]
    assert await port.connections.checks.check_due() == 0


@pytest.mark.parametrize(
    ("days", "age", "renewed"), [(30, 30, False), (19, 41, True), (5, 0, False), (None, 90, False)]
)
async def test_a_token_is_renewed_in_the_last_third_of_its_life(
    port: Port, days: float | None, age: float, renewed: bool
) -> None:
    connection_id = await connect(port, days=days, age=age)
    before = (await account_of(port, connection_id)).token
    await port.connections.checks.check_due()
    after = (await account_of(port, connection_id)).token
    assert (after.value != before.value) is renewed
    found = await port.connections.get(port.workspace_id, connection_id)
    assert found.days_left == (59 if renewed else None if days is None else int(days) - 1)


async def test_people_are_told_once_of_a_token_that_dies_within_a_week(port: Port) -> None:
    connection_id = await connect(port, days=6.5, age=0)
    await port.connections.checks.check(port.workspace_id, connection_id)
    await port.connections.checks.check(port.workspace_id, connection_id)
    assert await changes(port) == ["connected", "expiring"]
    found = await port.connections.get(port.workspace_id, connection_id)
    assert (found.health, found.days_left) == ("expiring", 6)


async def test_a_dead_token_is_found_and_a_check_brings_back_what_works_after_all(port: Port) -> None:
    connection_id = await connect(port, days=60)
    port.server.refused = "permission"
    await port.connections.checks.check_due()
    found = await port.connections.get(port.workspace_id, connection_id)
    assert (found.status, found.last_error_reason) == ("reconnect", "permission")
    port.server.refused = None
    found = await port.connections.checks.check(port.workspace_id, connection_id, port.actor)
    assert (found.status, found.health) == ("connected", "good")
    assert await port.audit() == ["connection.connected", "connection.broken", "connection.checked"]


async def test_a_platform_that_is_away_is_left_for_later(port: Port) -> None:
    one, two = await connect(port, days=60), await port.connect("p2")
    await port.runtime.db.hot_fetch("UPDATE connections SET checked_at = NULL")
    port.server.down = True
    assert await port.connections.checks.check_due() == 0
    states = [await port.connections.get(port.workspace_id, each) for each in (one, two)]
    assert {found.status for found in states} == {"connected"}
    assert [found.last_error for found in states].count("Harbour does not answer now.") == 1
    with pytest.raises(TryAgainError):
        await port.connections.checks.check(port.workspace_id, one)


async def test_disconnecting_gives_the_access_back_unless_others_need_it(port: Port) -> None:
    one, two = await port.connect("p1"), await port.connect("p2")
    done = await disconnect(port.connections, port.workspace_id, one, port.actor)
    assert (done.revoked, done.shared, done.kept) == (False, True, False)
    done = await disconnect(port.connections, port.workspace_id, two, port.actor)
    assert (done.revoked, done.shared, done.problem) == (True, False, "")
    assert port.server.calls == [("revoke", "p2")]
    assert await port.connections.all_of(port.workspace_id) == []


async def test_a_token_is_destroyed_whatever_the_platform_says(port: Port) -> None:
    one = await port.connect("p1")
    port.server.down = True
    done = await disconnect(port.connections, port.workspace_id, one, port.actor)
    assert (done.revoked, done.problem) == (False, "Harbour does not answer now.")
    assert await port.connections.all_of(port.workspace_id) == []
