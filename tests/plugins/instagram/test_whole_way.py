"""The whole way: simulated broadcast, webhooks that fail in every manner, polling beside them, a show that counts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID

import attrs
import pytest

from dibs.audit_log import Actor
from dibs.platforms import Account
from dibs.settings import Settings
from dibs_meta_simulator.model.apps import Subscription
from dibs_meta_simulator.model.lives import LiveMedia
from dibs_meta_simulator.serving import Running
from dibs_meta_simulator.webhooks.handshake import shake_hands

from ...core.events.live import Live, Person, running
from .conftest import hosts_of

pytestmark = pytest.mark.usefixtures("quick")


@attrs.define(eq=False)
class Sale:
    """A server, somebody who sells, and their show."""

    live: Live
    ana: Person
    show_id: str

    async def call(self, method: str, path: str, **body: Any) -> Any:
        """The answer of the API, which must be a good one."""
        url = f"{self.live.base}/api/shows{path}"
        async with self.live.http.request(method, url, json=body or None, headers=self.ana.headers) as answer:
            assert answer.status < 300, await answer.text()
            return await answer.json() if answer.status != 204 else None

    async def connect(self, account: Account) -> UUID:
        """Store an account that was given access to, new or again."""
        actor = Actor(self.ana.user_id, "Ana")
        return (await self.live.app.runtime.connections.store(self.ana.workspace_id, actor, account))[0]

    async def hears(self, written: set[str]) -> None:
        """Wait until these comments are counted: each of them, once, and no other."""
        sql = "SELECT comment_id FROM comments WHERE workspace_id = $1"
        heard: list[str] = []
        async with asyncio.timeout(30):
            while not written <= set(heard):
                await asyncio.sleep(0.05)
                heard = [row["comment_id"] for row in await self.live.db.hot_fetch(sql, self.ana.workspace_id)]
        assert sorted(heard) == sorted(written)

    async def stream(self) -> dict[str, Any]:
        """How the one stream fares."""
        [found] = (await self.call("GET", f"/{self.show_id}/streams"))["streams"]
        assert isinstance(found, dict)
        return found

    async def until(self, seconds: float, **wanted: Any) -> None:
        """Wait until the stream is as wanted."""
        async with asyncio.timeout(seconds):
            while not wanted.items() <= (await self.stream()).items():
                await asyncio.sleep(0.05)


@pytest.fixture
async def sale(meta: Running, database_url: str, tmp_path: Path, account: Account) -> AsyncIterator[Sale]:
    app = meta.seed.app
    plugins = {
        "instagram": {
            "app_id": app.instagram_id,
            "app_secret": app.instagram_secret,
            "meta_app_id": app.id,
            "meta_app_secret": app.secret,
            "verify_token": app.verify_token,
            "hosts": attrs.asdict(hosts_of(meta)),
        }
    }
    settings = Settings(database_url=database_url, data_dir=tmp_path, secret_key="s" * 40, plugins=plugins)
    async with running(settings) as live:
        ana = await live.person()
        await live.app.runtime.platforms.named("instagram").subscribe(account)
        app.subscriptions["instagram"] = Subscription(
            "instagram", f"{live.base}/webhooks/instagram", app.verify_token, {"live_comments"}
        )
        await shake_hands(app.subscriptions["instagram"])
        made = Sale(live, ana, "")
        connection_id = await made.connect(account)
        made.show_id = (await made.call("POST", "", title="Friday"))["id"]
        await made.call(
            "POST", f"/{made.show_id}/items", items=[{"item_number": "12", "title": "Dress", "quantity": 5}]
        )
        await made.call("POST", f"/{made.show_id}/streams", connection_id=str(connection_id))
        await made.call("POST", f"/{made.show_id}/activate")
        yield made


async def write(meta: Running, live: LiveMedia, count: int) -> set[str]:
    """So many viewers claim, a few at a time."""
    written = set()
    for number in range(count):
        written.add(meta.world.lives.comment(live.id, f"viewer {number}", "sold 12").id)
        if number % 10 == 9:
            await asyncio.sleep(0.02)
    return written


async def test_every_comment_counts_once_whatever_becomes_of_the_webhooks(meta: Running, sale: Sale) -> None:
    faults = meta.world.faults
    faults.set("webhook_lost", share=0.3)
    faults.set("webhook_duplicate", copies=2, share=0.5)
    faults.set("webhook_reorder")
    faults.set("webhook_bad_signature", share=0.2)
    for name in ("webhook_ms", "webhook_comment_id", "webhook_array", "webhook_direct", "webhook_unknown"):
        faults.set(name, share=0.3)
    live = meta.world.lives.start_instagram(meta.seed.account.id)
    written = await write(meta, live, 120)
    await sale.until(30, state="listening", live_id=live.id)
    await sale.hears(written)
    await meta.deliveries.settled()
    assert meta.deliveries.refused > 0
    written |= await write(meta, live, 30)
    await sale.hears(written)
    assert len(written) == 150
    [item] = (await sale.call("GET", f"/{sale.show_id}/items"))["items"]
    assert (item["claimed_count"], item["total_quantity"]) == (5, 5)
    meta.world.lives.end(live.id)
    await sale.until(20, state="ended")


async def test_after_a_dead_token_it_goes_on_where_it_was(meta: Running, sale: Sale, account: Account) -> None:
    live = meta.world.lives.start_instagram(meta.seed.account.id)
    written = await write(meta, live, 10)
    await sale.until(30, state="listening")
    await sale.hears(written)
    meta.world.faults.set("webhook_lost")
    meta.world.faults.set("error", code=190, subcode=460)
    await sale.until(20, state="trouble")
    written |= await write(meta, live, 70)
    meta.world.faults.clear("error")
    await sale.connect(account)
    await sale.hears(written)
    await sale.until(20, state="listening")
