"""Answers on Facebook and Instagram, through the core and the adapters, at the simulator of Meta."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import attrs
import orjson
import pytest

from dibs.accounts.model import Registration
from dibs.ids import uuid7
from dibs.jobs.queue import PooledQueue
from dibs.lane import commands
from dibs.models.items import NewItem
from dibs.models.platform import Account, Token
from dibs.runtime import Runtime
from dibs.settings import Settings
from dibs_instagram import source
from dibs_meta_simulator.fixtures import meta
from dibs_meta_simulator.serving import Running

from ...core.streams.conftest import QUICK, SECRET, Studio

__all__ = ["meta"]
TEXTS = {"won_texts": ["WON {name}"], "waitlist_texts": ["WAIT {name} {place}"], "pause_seconds": 1}
WAYS = {"won": "both", "waitlist": "private"}


@pytest.fixture
async def studio(meta: Running, database_url: str, tmp_path: Path) -> AsyncIterator[Studio]:
    """A process whose Meta is the simulator, and a show with one of one item."""
    runtime = Runtime(Settings(database_url=database_url, data_dir=tmp_path, secret_key=SECRET, plugins=meta.settings))
    # The end is believed only after a while in which nothing comes.
    runtime.pace, runtime.jobs.first_seconds = attrs.evolve(QUICK, hang=30.0), 0.0
    await runtime.start()
    registration = Registration(email="ana@example.com", password="correct horse", name="Ana")
    user, workspace = await runtime.accounts.register(registration, "127.0.0.1")
    made = Studio(runtime, meta, workspace.id, user.id, uuid7(), uuid7())  # type: ignore[arg-type]
    rules = {"rules": {"plugins": {"replies": {**WAYS, **TEXTS}}}}
    sql = "UPDATE workspaces SET settings = $2::text::jsonb WHERE id = $1"
    await runtime.db.plain_fetch(sql, workspace.id, orjson.dumps(rules).decode())
    for plugin in ("replies", "facebook", "instagram"):
        await runtime.flags.set_override(workspace.id, plugin, True)
    made.show_id = await made.new_show()
    await runtime.lanes.command(workspace.id, made.show_id, commands.add_items([NewItem("12", "", 1, None)]))
    yield made
    await runtime.close()


async def connect(studio: Studio, platform: str, account_id: str, token: str, **details: str) -> None:
    account = Account(platform, account_id, "Loja Demo", Token(token), details=details)
    connections = studio.runtime.connections
    studio.connection_id = (await connections.store(studio.workspace_id, studio.actor, account))[0]


async def settled(studio: Studio, count: int) -> list[tuple[Any, ...]]:
    """Outcome, way, state and reason of each message, once there are so many and none waits."""
    sql = "SELECT outcome, way, state, reason FROM replies_messages WHERE workspace_id = $1 ORDER BY no"
    async with asyncio.timeout(40):
        while True:
            rows = await studio.runtime.db.plain_fetch(sql, studio.workspace_id)
            if len(rows) >= count and not [row for row in rows if row["state"] in ("waiting", "sending")]:
                return [tuple(row.values()) for row in rows]
            await asyncio.sleep(0.05)


async def test_facebook_takes_both_kinds(studio: Studio, meta: Running) -> None:
    page = meta.seed.page
    await connect(studio, "facebook", page.id, meta.world.tokens.quick_page(page, meta.seed.app).value)
    live = meta.world.lives.start(page.id)
    await studio.add(where=live.id)
    await studio.run()
    await studio.until(lambda row: row.state == "listening")
    meta.world.faults.set("error", code=2, share=0.3, where={"method": "POST", "path": "messages"})
    meta.world.lives.comment(live.id, "Dani", "sold 12")
    await studio.heard(1)
    meta.world.lives.comment(live.id, "Eva", "sold 12")
    await studio.heard(2)
    assert await settled(studio, 3) == [
        ("won", "public", "sent", None),
        ("won", "private", "sent", None),
        ("waitlist", "private", "sent", None),
    ]
    said = sorted((reply.kind, reply.text) for reply in meta.world.replies)
    assert said == [("private", "WAIT Eva 1"), ("private", "WON Dani"), ("public", "WON Dani")]


async def test_instagram_takes_private_ones_while_the_broadcast_runs(
    studio: Studio, meta: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source, "UNSEEN_SECONDS", 1.0)
    account = meta.seed.account
    token = meta.world.tokens.quick_instagram(account, meta.seed.app).value
    await connect(studio, "instagram", account.id, token, login="instagram")
    live = meta.world.lives.start_instagram(account.id)
    await studio.add(where=live.id)
    await studio.run()
    await studio.until(lambda row: row.state == "listening")
    meta.world.lives.comment(live.id, "dani", "sold 12")
    await studio.heard(1)
    found = await settled(studio, 2)
    assert found == [("won", "public", "skipped", "unsupported"), ("won", "private", "sent", None)]
    assert [reply.text for reply in meta.world.replies] == ["WON dani"]
    meta.world.lives.end(live.id)
    await studio.until(lambda row: row.state == "ended", seconds=40.0)
    sql = "UPDATE replies_messages SET state = 'held' WHERE workspace_id = $1 AND way = 'private' RETURNING id"
    [row] = await studio.runtime.db.plain_fetch(sql, studio.workspace_id)
    await studio.runtime.db.plain_fetch("UPDATE replies_messages SET state = 'waiting' WHERE id = $1", row["id"])
    queue = PooledQueue(studio.workspace_id, studio.runtime.db, studio.runtime.jobs.registry)
    await queue.enqueue("replies.send", {"message_id": str(row["id"])})
    assert (await settled(studio, 2))[1] == ("won", "private", "closed", "window")
    assert len(meta.world.replies) == 1
