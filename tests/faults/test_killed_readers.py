"""`dibs serve` reads a Page and an Instagram account, and is killed again and again: every comment counts once."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID

import aiohttp
import attrs
import pytest

from dibs.audit_log import Actor
from dibs.clock import monotonic
from dibs.db import Database
from dibs.platforms import Account, Token
from dibs.runtime import open_runtime
from dibs.settings import Settings
from dibs_meta_simulator.fixtures import meta
from dibs_meta_simulator.serving import Running

from ..depth import often
from ..e2e.server import Api
from .platforms.hall import ending_of
from .platforms.servers import Reader, write_config

__all__ = ["meta"]
KILLS = often(2, 20)
pytestmark = [pytest.mark.faults, pytest.mark.timeout(120 + 30 * KILLS)]
STOCK = {"12": 5, "13": 20, "14": 1}
TEXTS = ("sold 12", "sold 13 x2", "so pretty", "pass 12", "sold 14", "sold 12?", "mais um café 🙏")
SECOND = 20
_OWNERS = """
SELECT s.platform, l.owner FROM stream_leases l JOIN streams s ON s.workspace_id = l.workspace_id AND s.id = l.stream_id
WHERE l.workspace_id = $1 AND l.expires_at > clock_timestamp()
"""
_STORED = "SELECT platform, comment_id FROM comments WHERE workspace_id = $1 AND show_id = $2"


@attrs.define(eq=False)
class Sale:
    """A show in which viewers comment on both platforms, and the servers of which one reads it."""

    meta: Running
    db: Database
    config: Path
    servers: list[Reader] = attrs.field(factory=list)
    lives: dict[str, str] = attrs.field(factory=dict)
    workspace_id: UUID = attrs.field(init=False)
    show_id: UUID = attrs.field(init=False)
    written: list[str] = attrs.field(factory=list)
    talking: bool = True

    async def talk(self) -> None:
        """Twenty comments a second on each platform, until told to stop."""
        number = 0
        while self.talking:
            for platform, live_id in self.lives.items():
                who = f"{platform} {number % 37}"
                self.written.append(self.meta.world.lives.comment(live_id, who, TEXTS[number % len(TEXTS)]).id)
            number += 1
            await asyncio.sleep(1 / SECOND)

    async def owners(self) -> dict[str, int]:
        """The process that reads each platform's stream."""
        rows = await self.db.hot_fetch(_OWNERS, self.workspace_id)
        return {row["platform"]: int(row["owner"].split(":")[1]) for row in rows}

    async def stored(self) -> list[tuple[str, str]]:
        """Platform and id of every comment."""
        return [tuple(row) for row in await self.db.hot_fetch(_STORED, self.workspace_id, self.show_id)]

    async def read_by(self, pids: set[int]) -> dict[str, int]:
        """Wait until both streams are read by these processes."""
        async with asyncio.timeout(60):
            while (found := await self.owners()).keys() != self.lives.keys() or not pids >= set(found.values()):
                await asyncio.sleep(0.02)
        return found

    async def kill(self, platform: str) -> tuple[float, float]:
        """Kill the process that reads a stream. Seconds until others read both; until new comments of both came."""
        victim = (await self.read_by({server.pid for server in self.servers}))[platform]
        [dead] = [server for server in self.servers if server.pid == victim]
        self.servers.remove(dead)
        await dead.kill()
        began = monotonic()
        await self.read_by({server.pid for server in self.servers})
        taken, newer = monotonic() - began, set(self.written[-2:])
        async with asyncio.timeout(60):
            while not newer <= {comment_id for _, comment_id in await self.stored()}:
                await asyncio.sleep(0.05)
        return taken, monotonic() - began

    async def add(self) -> None:
        """One more server."""
        made = Reader(self.db.url, self.config.parent, config=self.config)
        await made.start()
        self.servers.append(made)

    async def close(self) -> None:
        """Kill what still runs."""
        for server in self.servers:
            await server.kill()


async def connect(meta: Running, settings: Settings, workspace_id: UUID) -> dict[str, UUID]:
    """Connect the Page and its Instagram account; the connections by platform."""
    seed = meta.seed
    token = Token(meta.world.tokens.quick_page(seed.page, seed.app).value)
    by_page = {"login": "facebook", "page_id": seed.page.id}
    accounts = (
        Account("facebook", seed.page.id, "Loja Demo", token, user_id=seed.user.id),
        Account("instagram", seed.account.id, "loja_demo", token, user_id=seed.user.id, details=by_page),
    )
    async with open_runtime(settings) as runtime:
        stored = [await runtime.connections.store(workspace_id, Actor.system(), account) for account in accounts]
    return {account.platform: connection_id for account, (connection_id, _) in zip(accounts, stored, strict=True)}


async def start_show(api: Api, connections: dict[str, UUID], lives: dict[str, str]) -> UUID:
    """A running show that hears both broadcasts."""
    items = [{"item_number": code, "title": f"Item {code}", "quantity": count} for code, count in STOCK.items()]
    show_id = await api.make_show("Friday", items, active=False)
    for platform, live_id in lives.items():
        await api.show("POST", "/streams", {"connection_id": str(connections[platform]), "where": live_id})
    await api.show("POST", "/activate", {})
    return UUID(show_id)


@asynccontextmanager
async def selling(meta: Running, db: Database, folder: Path) -> AsyncIterator[Sale]:
    """Two servers, a show, viewers who talk."""
    config = write_config(folder / "dibs.toml", meta.settings)
    sale = Sale(meta, db, config)
    try:
        await asyncio.gather(sale.add(), sale.add())
        async with aiohttp.ClientSession() as session:
            api = Api(sale.servers[0].origin, session)
            await api.register()
            sale.workspace_id = UUID((await api.call("GET", "/api/auth/me"))["workspaces"][0]["id"])
            settings = Settings(
                db.url, folder, secret_key=sale.servers[0].env["DIBS_SECRET_KEY"], plugins=meta.settings
            )
            connections = await connect(meta, settings, sale.workspace_id)
            sale.lives = {
                "facebook": meta.world.lives.start(meta.seed.page.id).id,
                "instagram": meta.world.lives.start_instagram(meta.seed.account.id).id,
            }
            sale.show_id = await start_show(api, connections, sale.lives)
        yield sale
    finally:
        await sale.close()


async def test_a_killed_reader_costs_and_doubles_nothing(meta: Running, db: Database, tmp_path: Path) -> None:
    seed = random.randrange(1 << 30)
    rng, waits = random.Random(seed), []
    async with selling(meta, db, tmp_path) as sale:
        talk = asyncio.create_task(sale.talk())
        for kill in range(KILLS):
            await asyncio.sleep(rng.uniform(0.2, 1.5))
            waits.append(await sale.kill(("facebook", "instagram")[kill % 2]))
            if kill + 1 < KILLS:
                await sale.add()
        sale.talking = False
        await talk
        async with asyncio.timeout(60):
            while len(stored := await sale.stored()) < len(sale.written):
                await asyncio.sleep(0.05)
        ending = await ending_of(db, sale.workspace_id, sale.show_id)
    print(f"seed {seed}; {len(sale.written)} comments, {KILLS} kills")
    for name, seconds in zip(("taken over", "newer comments there"), zip(*waits, strict=True), strict=True):
        print(f"{name} after {min(seconds):.1f} to {max(seconds):.1f} s: {[round(one, 1) for one in seconds]}")
    assert sorted(comment_id for _, comment_id in stored) == sorted(sale.written)
    for item, count in STOCK.items():
        assert ending.units(item, "winner") == count
        for first, second in ending.overtaken(item):
            assert first["comment_no"] < second["comment_no"]
