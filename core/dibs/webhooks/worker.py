"""Working the inbox off: decode what was stored, find the connections that it is about, hand it to their streams."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias
from uuid import UUID

import attrs
import structlog

from dibs.clock import monotonic, utc_now
from dibs.db import LOST, Database
from dibs.errors import DibsError
from dibs.hooks.workspace import CAUGHT
from dibs.models.platform import WebhookContent, WebhookRequest
from dibs.platforms.registry import Platforms
from dibs.webhooks.counters import WebhookCounters
from dibs.webhooks.delivery import Deliver, Lines, is_not_now
from dibs.webhooks.rows import InboxRows, TakenRow
from dibs.webhooks.sorting import Destination, Parcel

ByAccount: TypeAlias = Callable[[str, str], Awaitable[Sequence[tuple[UUID, UUID]]]]
"""Platform and account in; workspace and connection of everybody who has connected it out."""
Routes: TypeAlias = Mapping[tuple[str, str], Sequence[Destination]]

BATCH = 200
MOST_FLYING = 1_000
READ_BYTES = 8 * 1024 * 1024
MOST_FLYING_BYTES = 64 * 1024 * 1024
POLL_SECONDS = 0.5
GATHER_SECONDS = 0.005
RENEW_SECONDS = 1.5
AGAIN_SECONDS = 1.0
LOOK_SECONDS = 5.0
SWEEP_SECONDS = 600.0
_log = structlog.get_logger("dibs.webhooks")


@attrs.define(eq=False)
class _Flying:
    """A row that is being worked on: how many parts of it are still under way, and what went wrong with one."""

    row: TakenRow
    parts: int = 0
    problem: BaseException | None = None
    not_now: bool = False


@attrs.define(eq=False)
class WebhookWorker:
    """Works rows off in order of arrival, from `start` to `close`; safe in several processes at once."""

    db: Database
    platforms: Platforms
    by_account: ByAccount
    deliver: Deliver
    counters: WebhookCounters
    _rows: InboxRows = attrs.field(init=False)
    _lines: Lines = attrs.field(init=False)
    _woken: asyncio.Event = attrs.field(factory=asyncio.Event, init=False)
    _flying: dict[int, _Flying] = attrs.field(factory=dict, init=False)
    _settled: list[_Flying] = attrs.field(factory=list, init=False)
    _task: asyncio.Task[None] | None = attrs.field(default=None, init=False)
    _closing: bool = attrs.field(default=False, init=False)
    _due: dict[str, float] = attrs.field(factory=dict, init=False)

    def __attrs_post_init__(self) -> None:
        self._rows, self._lines = InboxRows(self.db), Lines(self.deliver, self._delivered)

    async def start(self) -> None:
        """Begin."""
        self._task = asyncio.create_task(self._run(), name="webhooks worker")

    async def close(self) -> None:
        """Finish what is under way and give the rest back."""
        self._closing = True
        self.wake()
        if self._task is not None:
            await asyncio.wait([self._task])
        await self._lines.close()
        try:
            await self._write_settled()
        except (*LOST, DibsError):
            _log.info("webhooks_left_to_expire", rows=len(self._flying))

    def wake(self) -> None:
        """Something was stored."""
        self._woken.set()

    async def _run(self) -> None:
        while not self._closing:
            self._woken.clear()
            try:
                busy = await self._step()
            except (*LOST, DibsError) as error:
                _log.warning("webhooks_wait", problem=str(error)[:200])
                busy = False
            except Exception:
                _log.exception("webhooks_step_failed")
                busy = False
            if not self._closing:
                await (asyncio.sleep(GATHER_SECONDS) if busy else self._wait())

    async def _wait(self) -> None:
        """Until something was stored or came back. What comes directly after it is taken along."""
        try:
            await asyncio.wait_for(self._woken.wait(), POLL_SECONDS)
        except TimeoutError:
            return
        await asyncio.sleep(GATHER_SECONDS)

    async def _step(self) -> bool:
        """Settle what came back, take what is new. True if there was something new."""
        await self._write_settled()
        await self._look_after_rows()
        room = MOST_FLYING - len(self._flying)
        if room <= 0 or sum(flying.row.size for flying in self._flying.values()) >= MOST_FLYING_BYTES:
            return False
        rows = [row for row in await self._rows.take(min(BATCH, room)) if row.id not in self._flying]
        for chunk in _chunks(rows):
            bodies = await self._rows.bodies([row.id for row in chunk])
            try:
                await self._spread(chunk, bodies)
            except Exception as error:
                if is_not_now(error):
                    raise
                await self._spread_singly(chunk, bodies)
        return bool(rows)

    async def _spread_singly(self, rows: Sequence[TakenRow], bodies: Mapping[int, bytes]) -> None:
        """One of several rows is at fault: find out which, and leave the others out of it."""
        for row in rows:
            try:
                await self._spread([row], bodies)
            except Exception as error:
                if is_not_now(error):
                    raise
                self._flying[row.id] = _Flying(row, problem=error)
                self._settle(self._flying[row.id])

    async def _spread(self, rows: Sequence[TakenRow], bodies: Mapping[int, bytes]) -> None:
        """Decode rows and queue what they say for each connection.

        Until all is known nothing is noted: if the database goes away meanwhile, the rows are taken again.
        """
        decoded: list[tuple[_Flying, WebhookContent]] = []
        for row in rows:
            if row.id in bodies:
                flying = _Flying(row)
                decoded.append((flying, self._decode(flying, bodies[row.id])))
                await asyncio.sleep(0)
        accounts = {(flying.row.platform, news.account_id) for flying, content in decoded for news in content.news}
        routes = {account: await self._route(*account) for account in sorted(accounts)}
        found: dict[Destination, list[Parcel]] = {}
        for flying, content in decoded:
            self._address(flying, content, routes, found)
        for destination, parcels in found.items():
            self._lines.queue(destination, parcels)

    def _decode(self, flying: _Flying, body: bytes) -> WebhookContent:
        """What a row says; nothing if the adapter can't tell, or is not installed here any more."""
        row = flying.row
        try:
            platform = self.platforms.named(row.platform)
            content = platform.decode(WebhookRequest(body, row.headers, row.received_at))
            named = [news for news in content.news if _is_name(news.account_id) and _is_name(news.live_id)]
            nameless = ["an id that is none"] * (len(content.news) - len(named))
            return WebhookContent(tuple(named), (*content.left_out, *nameless))
        except CAUGHT as error:
            flying.problem = error
            return WebhookContent()

    async def _route(self, platform: str, account_id: str) -> list[Destination]:
        """The connections of an account, in workspaces that have the platform."""
        plugin = self.platforms.plugin_of(platform)
        return [
            Destination(workspace_id, connection_id)
            for workspace_id, connection_id in await self.by_account(platform, account_id)
            if plugin in await self.platforms.flags.enabled_plugins(workspace_id)
        ]

    def _address(
        self, flying: _Flying, content: WebhookContent, routes: Routes, found: dict[Destination, list[Parcel]]
    ) -> None:
        row = flying.row
        self._flying[row.id] = flying
        for news in content.news:
            destinations = routes[row.platform, news.account_id]
            if not destinations:
                self.counters.ignored.labels(row.platform, "unknown_account").inc()
            for destination in destinations:
                flying.parts += 1
                found.setdefault(destination, []).append(Parcel(news, row.id))
        if content.left_out:
            self.counters.ignored.labels(row.platform, "left_out").inc(len(content.left_out))
        if not flying.parts:
            self._settle(flying)

    def _delivered(self, row_id: int, problem: BaseException | None) -> None:
        flying = self._flying[row_id]
        flying.parts -= 1
        if is_not_now(problem):
            flying.not_now = True
        else:
            flying.problem = flying.problem or problem
        if not flying.parts:
            self._settle(flying)

    def _settle(self, flying: _Flying) -> None:
        self._settled.append(flying)
        self._woken.set()

    async def _write_settled(self) -> None:
        settled = list(self._settled)
        done = [each for each in settled if each.problem is None and not each.not_now]
        if done:
            await self._rows.done([each.row.id for each in done])
            self._forget(done)
            for each in done:
                lag = (utc_now() - each.row.received_at).total_seconds()
                self.counters.lag.labels(each.row.platform).observe(max(0.0, lag))
        for each in settled:
            if each.problem is not None:
                await self._write_failed(each, each.problem)
                self._forget([each])
        later = [each for each in settled if each.problem is None and each.not_now]
        if later:
            await self._rows.give_back([each.row.id for each in later], AGAIN_SECONDS)
            self._forget(later)

    async def _write_failed(self, flying: _Flying, problem: BaseException) -> None:
        note = _note(problem)
        given_up = await self._rows.failed(flying.row.id, note)
        self.counters.failed.labels(flying.row.platform).inc()
        if given_up:
            self.counters.set_aside.labels(flying.row.platform).inc()
        words = "webhook_set_aside" if given_up else "webhook_failed"
        _log.warning(words, id=flying.row.id, platform=flying.row.platform, problem=note)

    def _forget(self, settled: Sequence[_Flying]) -> None:
        for each in settled:
            self._settled.remove(each)
            self._flying.pop(each.row.id, None)

    async def _look_after_rows(self) -> None:
        if self._flying and self._is_due("renew", RENEW_SECONDS):
            await self._rows.renew(list(self._flying))
        if self._is_due("look", LOOK_SECONDS):
            backlog = await self._rows.backlog()
            self.counters.open.set(backlog.open)
            self.counters.oldest.set(backlog.oldest_seconds)
        if self._is_due("sweep", SWEEP_SECONDS):
            await self._rows.sweep()

    def _is_due(self, what: str, every: float) -> bool:
        now = monotonic()
        if now < self._due.get(what, 0.0):
            return False
        self._due[what] = now + every
        return True


def _is_name(text: object) -> bool:
    """Whether an id can be looked for in the database."""
    return isinstance(text, str) and "\0" not in text and text.encode("utf-8", "replace").decode() == text


def _chunks(rows: Sequence[TakenRow]) -> Iterator[list[TakenRow]]:
    """Rows whose bodies together are not too large to be read at once."""
    chunk: list[TakenRow] = []
    for row in rows:
        if chunk and sum(each.size for each in chunk) + row.size > READ_BYTES:
            yield chunk
            chunk = []
        chunk.append(row)
    if chunk:
        yield chunk


def _note(problem: BaseException) -> str:
    """What went wrong and where. Words of an adapter's own errors may hold what a buyer wrote: they stay out."""
    if isinstance(problem, DibsError):
        return f"{problem.code}: {problem.message}"[:500]
    frames = traceback.extract_tb(problem.__traceback__)
    where = f" in {Path(frames[-1].filename).name}, line {frames[-1].lineno}" if frames else ""
    return f"{type(problem).__name__}{where}"
