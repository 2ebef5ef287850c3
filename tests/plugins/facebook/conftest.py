"""The adapter against the simulator, at a time that moves only when the adapter waits."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from datetime import datetime
from typing import Any
from uuid import uuid4

import attrs
import pytest

from dibs import structure
from dibs.outgoing import Outgoing
from dibs.platforms import Account, Live, PlatformContext, SourceBatch, StreamToRead, Token, TryAgainError
from dibs_facebook import FacebookPlatform
from dibs_facebook.api import PageApi
from dibs_facebook.settings import FacebookInstance
from dibs_facebook.source import CommentSource
from dibs_meta_simulator.fixtures import meta
from dibs_meta_simulator.model.lives import LiveVideo
from dibs_meta_simulator.serving import Running

__all__ = ["meta"]
NOON = 1_767_268_800.0


def instance(meta: Running, **more: Any) -> FacebookInstance:
    """Settings that point the adapter at the simulator."""
    return structure({**meta.settings["facebook"], **more}, FacebookInstance)


@pytest.fixture
async def platform(meta: Running) -> AsyncIterator[FacebookPlatform]:
    """The adapter; its clock is the simulator's, which stands still."""
    meta.world.clock.freeze(NOON)
    http = Outgoing(frozenset({"127.0.0.1"}))
    made = FacebookPlatform(PlatformContext(instance(meta), http, "http://dibs.example"))
    made.graph.unix = made.graph.pace.now = meta.world.clock.now
    yield made
    await http.close()


@pytest.fixture
def account(meta: Running, platform: FacebookPlatform) -> Account:
    """The first Page, connected."""
    token = meta.world.tokens.quick_page(meta.seed.page, meta.seed.app).value
    return Account("facebook", meta.seed.page.id, "Loja Demo", Token(token), meta.seed.user.id)


@pytest.fixture
def live(meta: Running, platform: FacebookPlatform) -> LiveVideo:
    """A broadcast of that Page."""
    return meta.world.lives.start(meta.seed.page.id)


@attrs.define(eq=False)
class Listening:
    """Reads a broadcast as the core does: stores batches, begins again where the last one ended.

    Attributes:
        stop_after: the reading ends, as if its process were killed, when this says so of the batches of one run.
        waits: what the adapter asked to be left in peace for.
    """

    meta: Running
    platform: FacebookPlatform
    account: Account
    live: LiveVideo
    seconds: float = 2.0
    lag: float = 0.0
    batches: list[SourceBatch] = attrs.field(factory=list)
    waits: list[TryAgainError] = attrs.field(factory=list)
    position: Any = attrs.field(factory=dict)
    started: int = 0
    since: datetime | None = None

    @property
    def stored(self) -> list[str]:
        """The ids of all comments in the order in which they came."""
        return [comment.comment_id or "" for batch in self.batches for comment in batch.comments]

    @property
    def written(self) -> list[str]:
        """The ids of all comments that are under the broadcast."""
        return [comment.id for comment in self.live.thread.walk(newest_first=False)]

    def stream(self, position: Any) -> StreamToRead:
        live = Live(self.live.id, alternate_ids=(self.live.video_id,), seller_ids=(self.account.account_id,))
        return StreamToRead(uuid4(), uuid4(), uuid4(), self.account, live, position, self.seconds, None, self.since)

    async def sleep(self, seconds: float) -> None:
        """Time passes, and what people do meanwhile happens."""
        self.meta.world.clock.move(seconds)
        self.meta.world.schedule.run_due()
        await asyncio.sleep(0)

    async def run(self, until: Callable[[SourceBatch], bool] = lambda batch: batch.ended, tries: int = 60) -> None:
        """Read to the end, or until a batch is as wanted."""
        for _ in range(tries):
            try:
                if await self.once(until):
                    return
            except TryAgainError as error:
                self.waits.append(error)
                await self.sleep(error.retry_after or 1.0)
        raise AssertionError(f"the adapter found no end in {tries} tries: {self.waits[-1].data}")

    async def once(self, until: Callable[[SourceBatch], bool]) -> bool:
        """One life of the reader."""
        self.started += 1
        api = PageApi(self.platform.graph, self.account)
        source = CommentSource(
            api, self.stream(self.position), sleep=self.sleep, now=self.meta.world.clock.now
        ).batches()  # fmt: skip
        try:
            async for batch in source:
                self.batches.append(batch)
                self.position = batch.position or self.position
                if until(batch):
                    return True
        finally:
            await source.aclose()  # type: ignore[attr-defined]
        return False

    def say(self, lines: Iterable[tuple[float, str]], who: str = "Bia Souza") -> None:
        """Somebody writes each text so many seconds from now."""
        now, lives = self.meta.world.clock.now(), self.meta.world.lives
        for after, text in lines:
            at = now + after
            self.meta.world.schedule.at(at, lambda at=at, text=text: lives.comment(self.live.id, who, text, at=at))

    def chatter(self, seconds: float, rate: float) -> None:
        """So many comments a second, then the broadcast ends."""
        self.say((number / rate, f"sold {number % 50}") for number in range(int(seconds * rate)))
        self.meta.world.schedule.at(
            self.meta.world.clock.now() + seconds, lambda: self.meta.world.lives.end(self.live.id)
        )


@pytest.fixture
def listening(meta: Running, platform: FacebookPlatform, account: Account, live: LiveVideo) -> Listening:
    """A reader of that broadcast."""
    return Listening(meta, platform, account, live)
