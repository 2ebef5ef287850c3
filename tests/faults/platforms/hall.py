"""A show on a Facebook Page and an Instagram account: the whole application, and a simulated Meta of its own."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import attrs

from dibs.app import DibsQuart, create_app
from dibs.audit import audit_show
from dibs.clock import monotonic
from dibs.db import Database
from dibs.replay.setup import DEMO, ensure_owner
from dibs.server import listen, serve_app
from dibs.settings import Settings
from dibs.simulation.clicking import Browser, new_session
from dibs.simulation.seller import Seller
from dibs.streams.parts import Pace
from dibs_meta_simulator.model.comments import Comment
from dibs_meta_simulator.serving import Running
from dibs_meta_simulator.simulator import MetaSimulator

from .script import STOCK, Line, Turn

_STORED = """
SELECT comment_id, platform, text, author_id, buyer_id IS NULL AS nobody, verdict FROM comments
WHERE workspace_id = $1 AND show_id = $2 ORDER BY comment_no
"""
_CLAIMS = """
SELECT c.item_number, m.author_name AS name, c.kind, c.quantity, c.status, c.reason, c.place, c.decision_no,
    c.decided_at, m.posted_at, m.comment_no
FROM claims c JOIN comments m ON m.workspace_id = c.workspace_id AND m.show_id = c.show_id
    AND m.comment_no = c.comment_no
WHERE c.workspace_id = $1 AND c.show_id = $2 ORDER BY c.decision_no
"""


@attrs.define(eq=False)
class Hall:
    """A show that listens to two broadcasts, whoever sells in it, and what was written there.

    Attributes:
        said: the line of each comment, by its id.
        gone: comments that were deleted before the show was sure to have heard them.
    """

    app: DibsQuart
    meta: Running
    seller: Seller
    workspace_id: UUID
    show_id: str = ""
    lives: dict[str, str] = attrs.field(factory=dict)
    said: dict[str, Line] = attrs.field(factory=dict)
    gone: set[str] = attrs.field(factory=set)

    async def call(self, method: str, path: str, body: Any = None) -> Any:
        """The API, as the seller's pages call it."""
        return await self.seller.browser.call(method, f"/api/shows/{self.show_id}{path}", body)

    async def fetch(self, sql: str) -> list[Any]:
        """Rows of a query on this show."""
        return list(await self.app.runtime.db.hot_fetch(sql, self.workspace_id, UUID(self.show_id)))

    async def connect(self) -> list[dict[str, Any]]:
        """Go through the consent dialog, for the first time or again."""
        return [one for one in await self.seller.connect("facebook") if one["status"] == "connected"]

    async def open(self, rules: Mapping[str, Any]) -> None:
        """From the first consent to a running show that hears both broadcasts."""
        connections = await self.connect()
        made = await self.seller.browser.call("POST", "/api/shows", {"title": "Friday", "rules": dict(rules)})
        self.show_id = made["id"]
        items = [{"item_number": code, "title": f"Item {code}", "quantity": count} for code, count in STOCK.items()]
        await self.call("POST", "/items", {"items": items})
        world, seed = self.meta.world, self.meta.seed
        self.lives = {
            "facebook": world.lives.start(seed.page.id).id,
            "instagram": world.lives.start_instagram(seed.account.id).id,
        }
        await self.seller.listen(self.show_id, connections)
        await self.seller.start(self.show_id)
        await self.until({"listening", "quiet"})

    def write(self, turn: Turn, disguise: Callable[[Line], None] = lambda line: None) -> list[Comment]:
        """Everything of a turn, in one go: time passes on the platform's clock alone."""
        return [self._write(line, disguise) for line in turn.lines]

    def _write(self, line: Line, disguise: Callable[[Line], None]) -> Comment:
        disguise(line)
        world, live_id = self.meta.world, self.lives[line.platform]
        world.clock.move(line.after)
        who = world.lives.host(live_id) if line.host else world.lives.viewer(live_id, line.who)
        if line.masked:
            who = attrs.evolve(who, anonymous=True)
        attachment = {"type": "sticker", "title": "Wink"} if line.sticker else None
        made = world.lives.comment(live_id, who, line.text, attachment=attachment)
        self.said[made.id] = line
        return made

    async def hears(self, seconds: float = 120) -> None:
        """Wait until everything that can still be read there was heard."""
        end = monotonic() + seconds
        while missing := self.said.keys() - self.gone - {row["comment_id"] for row in await self.fetch(_STORED)}:
            assert monotonic() < end, f"not heard: {[self.said[one] for one in missing]}; {await self.streams()}"
            await asyncio.sleep(0.05)

    async def streams(self) -> dict[str, Any]:
        """How the streams fare, by platform."""
        return {one["platform"]: one for one in (await self.call("GET", "/streams"))["streams"]}

    async def until(self, states: set[str], seconds: float = 60, platforms: tuple[str, ...] = ()) -> None:
        """Wait until these streams, or all, are in one of these states."""
        end = monotonic() + seconds
        while True:
            found = {name: one["state"] for name, one in (await self.streams()).items()}
            if states >= {state for name, state in found.items() if not platforms or name in platforms}:
                return
            assert monotonic() < end, f"{found}, not {states}"
            await asyncio.sleep(0.05)

    async def close(self) -> None:
        """Both broadcasts end, then the show."""
        for live_id in self.lives.values():
            self.meta.world.lives.end(live_id)
        await self.until({"ended"})
        await self.call("POST", "/stop")

    async def ending(self) -> Ending:
        """How it ended."""
        return await ending_of(self.app.runtime.db, self.workspace_id, UUID(self.show_id))


@attrs.frozen(eq=False)
class Ending:
    """Claims in order of decision, and comments in order of arrival."""

    claims: list[Any]
    comments: list[Any]

    def of(self, item: str) -> list[tuple[Any, ...]]:
        """What was decided about an item, in order, and who has it or waits."""
        names = ("name", "kind", "quantity", "status", "reason", "place")
        return [tuple(row[name] for name in names) for row in self.claims if row["item_number"] == item]

    def wanted(self, item: str) -> Counter[tuple[str, int]]:
        """Who claimed an item, whatever came of it."""
        return Counter((row["name"], row["quantity"]) for row in self.claims if row["item_number"] == item)

    def units(self, item: str, status: str) -> int:
        """Units that were won, or are waited for."""
        return sum(row["quantity"] for row in self.claims if (row["item_number"], row["status"]) == (item, status))

    def overtaken(self, item: str) -> list[tuple[Any, Any]]:
        """Pairs of claims of which the one that was written later was decided first."""
        rows = [row for row in self.claims if row["item_number"] == item]
        return [(a, b) for n, a in enumerate(rows) for b in rows[n + 1 :] if b["posted_at"] < a["posted_at"]]


async def ending_of(db: Database, workspace_id: UUID, show_id: UUID) -> Ending:
    """How a show ended. The promises are checked by the auditor."""
    report = await audit_show(db, workspace_id, show_id)
    assert report.ok, "\n".join(f"{check.name}: {check.details}" for check in report.broken)
    return Ending(*[list(await db.hot_fetch(sql, workspace_id, show_id)) for sql in (_CLAIMS, _STORED)])


@asynccontextmanager
async def open_hall(database_url: str, folder: Path, pace: Pace) -> AsyncIterator[Hall]:
    """The application behind the real server, beside a simulated Meta that knows its webhook addresses."""
    with listen("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        settings = Settings(database_url=database_url, data_dir=folder, port=port, secret_key="s" * 40)
        simulated = await MetaSimulator().start("127.0.0.1", 0, settings.origin)
        app, stop = create_app(attrs.evolve(settings, plugins=simulated.settings)), asyncio.Event()
        app.runtime.pace = pace
        await app.runtime.start()
        serving = asyncio.create_task(serve_app(app, listener, stop))
        try:
            async with new_session() as session:
                yield await _enter(app, simulated.running, Browser(settings.origin, session))  # type: ignore[attr-defined]
        finally:
            stop.set()
            await serving
            await simulated.close()


async def _enter(app: DibsQuart, meta: Running, browser: Browser) -> Hall:
    user_id, workspace_id = await ensure_owner(app.runtime, *DEMO)
    seller = Seller(browser)
    await seller.sign_in(await app.runtime.accounts.create_sign_in_link(user_id, workspace_id, "/connections"))
    async with asyncio.timeout(30):
        while len(meta.seed.app.subscriptions) < 2:
            await asyncio.sleep(0.05)
    return Hall(app, meta, seller, workspace_id)
