"""What is stored of a connection, how failures end it, and that a token is nowhere but where it belongs."""

from __future__ import annotations

from uuid import UUID

import orjson
import pytest

from dibs.errors import NotFoundError
from dibs.events import outbox
from dibs.events.workspace import workspace_topic
from dibs.ids import uuid7
from dibs.models.platform import RefusedError, TryAgainError

from .conftest import Port


async def another_workspace(port: Port) -> UUID:
    workspace_id = uuid7()
    await port.runtime.db.hot_fetch("INSERT INTO workspaces (id, name) VALUES ($1, 'Ben')", workspace_id)
    return workspace_id


async def test_a_token_comes_back_and_stands_sealed_in_its_row(port: Port) -> None:
    account = port.account()
    connection_id, how = await port.connections.store(port.workspace_id, port.actor, account)
    assert how == "connected"
    assert await port.connections.account(port.workspace_id, connection_id) == account
    [row] = await port.runtime.db.hot_fetch("SELECT token FROM connections WHERE id = $1", connection_id)
    assert account.token.value.encode() not in row["token"]
    assert account.token.value not in repr(account)


async def test_connecting_again_keeps_the_row(port: Port) -> None:
    first = await port.connect()
    before = await port.connections.get(port.workspace_id, first)
    account = port.account()
    assert await port.connections.store(port.workspace_id, port.actor, account) == (first, "reconnected")
    after = await port.connections.get(port.workspace_id, first)
    assert after.version > before.version
    assert (await port.connections.account(port.workspace_id, first)).token == account.token
    assert await port.audit() == ["connection.connected", "connection.reconnected"]


@pytest.mark.parametrize(
    ("reason", "status"),
    [("token", "reconnect"), ("login", "reconnect"), ("permission", "reconnect"), ("removed", "disconnected")],
)
async def test_a_refusal_ends_a_connection_once(port: Port, reason: str, status: str) -> None:
    connection_id = await port.connect()
    error = RefusedError("The session has ended.", reason)  # type: ignore[arg-type]
    assert await port.connections.noted_failure(port.workspace_id, connection_id, error) is True
    assert await port.connections.noted_failure(port.workspace_id, connection_id, error) is False
    found = await port.connections.get(port.workspace_id, connection_id)
    assert (found.status, found.last_error, found.last_error_reason) == (status, "The session has ended.", reason)
    with pytest.raises(RefusedError) as refused:
        await port.connections.account(port.workspace_id, connection_id)
    assert refused.value.reason == "token"
    verb = "disconnected" if status == "disconnected" else "broken"
    assert await port.audit() == ["connection.connected", f"connection.{verb}"]
    page = await outbox.read_after(port.runtime.db, port.workspace_id, workspace_topic(port.workspace_id), 0)
    assert [event.type for event in page.events] == ["connection.changed"] * 2
    last = orjson.loads(page.events[-1].data)
    assert (last["connection_id"], last["status"], last["reason"]) == (str(connection_id), status, reason)


@pytest.mark.parametrize("error", [TryAgainError("Later."), RefusedError("Not there.", "gone")])
async def test_other_failures_are_noted_and_end_nothing(port: Port, error: TryAgainError | RefusedError) -> None:
    connection_id = await port.connect()
    assert await port.connections.noted_failure(port.workspace_id, connection_id, error) is False
    found = await port.connections.get(port.workspace_id, connection_id)
    assert (found.status, found.health, found.last_error) == ("connected", "trouble", error.message)
    await port.connections.noted_success(port.workspace_id, connection_id)
    assert (await port.connections.get(port.workspace_id, connection_id)).health == "good"


async def test_a_failure_of_the_token_before_does_not_end_the_new_one(port: Port) -> None:
    connection_id = await port.connect()
    old = await port.connections.account(port.workspace_id, connection_id)
    await port.connect()
    error = RefusedError("Expired.", "token")
    assert await port.connections.noted_failure(port.workspace_id, connection_id, error, account=old) is False
    assert (await port.connections.get(port.workspace_id, connection_id)).status == "connected"


async def test_a_token_left_in_a_message_is_taken_out(port: Port) -> None:
    connection_id = await port.connect()
    account = await port.connections.account(port.workspace_id, connection_id)
    error = RefusedError(f"Bad token {account.token.value}!", "token")
    await port.connections.noted_failure(port.workspace_id, connection_id, error, account=account)
    found = await port.connections.get(port.workspace_id, connection_id)
    assert found.last_error == "Bad token (token)!"


async def test_a_call_notes_how_it_went(port: Port) -> None:
    connection_id = await port.connect()
    lives = await port.connections.call(port.workspace_id, connection_id, lambda p, account: p.lives(account))
    assert [live.live_id for live in lives] == ["777"]
    port.server.kill("p1")
    with pytest.raises(RefusedError):
        await port.connections.call(port.workspace_id, connection_id, lambda p, account: p.lives(account))
    assert (await port.connections.get(port.workspace_id, connection_id)).status == "reconnect"


async def test_an_account_may_be_in_two_workspaces_and_is_found_in_both(port: Port) -> None:
    other = await another_workspace(port)
    here, there = await port.connect(), await port.connect(workspace_id=other)
    found = await port.connections.by_account("harbour", "p1")
    assert set(found) == {(port.workspace_id, here), (other, there)}
    assert set(await port.connections.of_user("harbour", "u1")) == set(found)
    assert await port.connections.of_user("harbour", "") == []
    with pytest.raises(NotFoundError):
        await port.connections.account(other, here)
    assert await port.connections.drop_token(other, there, "removed") is True
    assert await port.connections.drop_token(other, there, "removed") is False
    assert await port.connections.by_account("harbour", "p1") == [(port.workspace_id, here)]


async def test_a_token_moved_to_another_row_or_changed_does_not_open(port: Port) -> None:
    one, two = await port.connect("p1"), await port.connect("p2")
    db, refused = port.runtime.db, []
    await db.hot_fetch(
        "UPDATE connections SET token = (SELECT token FROM connections WHERE id = $1) WHERE id = $2", one, two
    )
    await db.hot_fetch("UPDATE connections SET token = set_byte(token, 30, get_byte(token, 30) # 1) WHERE id = $1", one)
    for connection_id in (one, two):
        with pytest.raises(RefusedError) as error:
            await port.connections.account(port.workspace_id, connection_id)
        refused.append(error.value.reason)
    assert refused == ["configuration", "configuration"]


async def test_removing_keeps_the_row_only_while_streams_refer_to_it(port: Port) -> None:
    one, two = await port.connect("p1"), await port.connect("p2")
    show_id, db = uuid7(), port.runtime.db
    await db.hot_fetch("INSERT INTO shows (workspace_id, id, title) VALUES ($1, $2, 'x')", port.workspace_id, show_id)
    sql = "INSERT INTO streams (workspace_id, id, show_id, platform, connection_id) VALUES ($1, $2, $3, 'harbour', $4)"
    await db.hot_fetch(sql, port.workspace_id, uuid7(), show_id, one)
    assert await port.connections.remove(port.workspace_id, one, port.actor) is True
    assert await port.connections.remove(port.workspace_id, two, port.actor) is False
    [left] = await port.connections.all_of(port.workspace_id)
    assert (left.id, left.status, left.ends_at) == (one, "disconnected", None)
    [row] = await db.hot_fetch("SELECT token FROM connections WHERE id = $1", one)
    assert row["token"] is None
