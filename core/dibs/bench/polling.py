"""Asking a Page for its comments through a long, busy broadcast: what is missed, what it costs, whether memory grows.

The adapter is the real one, the platform a simulated one in another process. Time is skipped while nobody does
anything, so an hour takes a few minutes; every call is made.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import attrs
import orjson
import psutil

from dibs.bench.children import answer, helper
from dibs.bench.figures import Figure, figure
from dibs.bench.plan import Plan
from dibs.bench.skipping import SkippingLoop, skipping_loop
from dibs.errors import UnavailableError
from dibs.ids import uuid7
from dibs.models.platform import Account, Live, Platform, SourceBatch, StreamToRead
from dibs.outgoing import Answer, Outgoing
from dibs.platforms.context import PlatformContext
from dibs.plugins import load_plugins
from dibs.simulation.clicking import Browser, new_session

RATE, BUYERS = 50, 1000
_PLATFORM, _SIMULATOR = "facebook", "meta"
_PUBLIC = "http://127.0.0.1:9"  # nobody is there: only the code in the address of the redirect is wanted
_SETTLED = 300  # seconds after which memory is looked at for the first time


class _Calls(Outgoing):
    """The client of the process; no time is skipped while a call is under way."""

    loop: SkippingLoop

    async def request(self, *args: Any, **more: Any) -> Answer:
        with self.loop.outside():
            return await super().request(*args, **more)


@attrs.define(eq=False)
class Broadcast:
    """A broadcast in which so many comments are written each second, and the adapter that reads it.

    Attributes:
        heard: for each comment how often it was brought.
        memory: resident memory in MB, when it had settled and at the end.
    """

    address: str
    settings: Mapping[str, Mapping[str, Any]]
    account: Account
    seconds: int
    loop: SkippingLoop
    heard: bytearray = attrs.field(init=False)
    memory: list[float] = attrs.field(factory=list)
    calls: Mapping[str, int] = attrs.field(factory=dict)
    _http: _Calls = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self.heard = bytearray(self.seconds * RATE)
        self._http = _Calls(frozenset({"127.0.0.1"}))
        self._http.loop = self.loop

    async def run(self) -> None:
        """From the first comment to the end of the broadcast."""
        try:
            # It ends about now: what an adapter does about times in the future is not the subject.
            begun = float((await self._tell("state"))["now"]) - self.seconds
            await self._do("freeze_clock", at=begun)
            live = await self._do("start_live")
            await self._do("forget_calls")
            talking = asyncio.create_task(self._talk(live["id"], begun))
            async for batch in adapter(self._http, self.settings).comments(self._stream(live)):
                self._take(batch)
            await talking
            self._weigh()
            self.calls = (await self._tell("calls"))["by_endpoint"]
        finally:
            await self._http.close()

    def _stream(self, live: Mapping[str, str]) -> StreamToRead:
        of = Live(live["id"], alternate_ids=(live["video_id"],), seller_ids=(self.account.account_id,))
        return StreamToRead(uuid7(), uuid7(), uuid7(), self.account, of)

    def _take(self, batch: SourceBatch) -> None:
        for comment in batch.comments:
            number = int(comment.text.rpartition(" ")[2])
            self.heard[number] = min(255, self.heard[number] + 1)

    async def _talk(self, live_id: str, at: float) -> None:
        """The platform's clock goes as ours does; what was written in a second is there at its end."""
        begun = self.loop.time()
        for second in range(self.seconds):
            await asyncio.sleep(begun + second + 1 - self.loop.time())
            await self._do("freeze_clock", at=at + second + 1)
            await self._do("comments", live=live_id, lines=[self._line(second, part, at) for part in range(RATE)])
            if second == min(_SETTLED, self.seconds // 2):
                self._weigh()
        await self._do("end_live", live=live_id)

    def _line(self, second: int, part: int, at: float) -> dict[str, Any]:
        number = second * RATE + part
        return {"who": f"Viewer {number % BUYERS}", "text": f"sold {number}", "at": at + second + part / RATE}

    async def _do(self, action: str, **how: Any) -> Any:
        made = await self._http.request("POST", f"{self.address}/_control/{action}", json=how)
        if made.status != 200:
            raise UnavailableError(f"The simulated platform refused {action}: {made.body[:200]!r}")
        return orjson.loads(made.body)

    async def _tell(self, what: str) -> Any:
        return orjson.loads((await self._http.request("GET", f"{self.address}/_control/{what}")).body)

    def _weigh(self) -> None:
        self.memory.append(psutil.Process().memory_info().rss / 1e6)


async def measure(plan: Plan) -> Sequence[Figure]:
    """An hour of a broadcast; `--quick`: three minutes."""
    seconds = 60 * plan.pick(60, 3)
    done = await listen(seconds)
    missed, twice = done.heard.count(0), len(done.heard) - done.heard.count(0) - done.heard.count(1)
    calls = sum(done.calls.values()) * 3600 / seconds
    note = f"{seconds // 60} minutes at {RATE} comments/s; a Page has 200 calls an hour for each person who engages"
    return [
        figure("polling_missed_comments", "Asking for comments: missed", [missed], note),
        figure("polling_repeated_comments", "  brought twice", [twice]),
        figure("polling_calls_per_h", "  calls an hour", [calls]),
        figure("polling_memory_growth_mb", "  growth of memory", [done.memory[-1] - done.memory[0]]),
    ]


async def listen(seconds: int) -> Broadcast:
    """Have a broadcast of so many seconds read.

    Raises:
        UnavailableError: no plugin simulates the platform.
    """
    order = {"simulator": _SIMULATOR, "public_url": _PUBLIC}
    async with helper("dibs.bench.polling_platform", order) as process:
        told = await answer(process, 60)
        account = await _connect(told["settings"])
        return await asyncio.to_thread(_listen, told["address"], told["settings"], account, seconds)


def _listen(address: str, settings: Mapping[str, Any], account: Account, seconds: int) -> Broadcast:
    with skipping_loop() as loop:
        broadcast = Broadcast(address, settings, account, seconds, loop)
        loop.run_until_complete(broadcast.run())
        return broadcast


def adapter(http: Outgoing, settings: Mapping[str, Mapping[str, Any]]) -> Platform:
    """The platform's adapter, pointed at the simulated one. Proofs carry no time: ours is not the platform's."""
    plugins = load_plugins()
    plugins.take_instance_settings({_PLATFORM: {**settings[_PLATFORM], "proof": "plain"}})
    context = PlatformContext(plugins.instance_settings.get(_PLATFORM), http, _PUBLIC)
    found, _ = plugins.hooks_for(frozenset({_PLATFORM})).platforms(context)
    return found[0][1]


async def _connect(settings: Mapping[str, Mapping[str, Any]]) -> Account:
    """Agree to the consent dialog, and take the first account."""
    http, redirect = Outgoing(frozenset({"127.0.0.1"})), f"{_PUBLIC}/back"
    try:
        platform = adapter(http, settings)
        async with new_session() as session:
            page = await Browser(_PUBLIC, session).open(platform.authorize_url("state", redirect))
            [form] = [form for form in page.forms if "decision" in form.names]
            pairs = [*form.fields, *([form.button] if form.button else [])]
            target = urljoin(page.address, form.action)
            async with session.post(target, data=pairs, allow_redirects=False) as back:
                code = parse_qs(urlsplit(back.headers["Location"]).query)["code"][0]
        return next(one for one in await platform.accounts(code, redirect) if one.platform == _PLATFORM)
    finally:
        await http.close()
