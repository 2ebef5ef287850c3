"""`dibs demo --simulate`: the whole product against simulated platforms, from connecting to answered buyers."""

from __future__ import annotations

import asyncio
import socket
from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import attrs
from rich.console import Console
from rich.table import Table

from dibs.clock import monotonic
from dibs.errors import SettingsError
from dibs.replay.demo import another_link, demo_listener, demo_settings
from dibs.replay.loop import INTERRUPTED, run_until_stopped
from dibs.replay.setup import DEMO, ensure_owner
from dibs.settings import Settings
from dibs.simulation.clicking import Browser, new_session
from dibs.simulation.seller import Seller

if TYPE_CHECKING:
    from uuid import UUID

    from dibs.app import DibsQuart
    from dibs.models.simulator import RunningSimulator, Simulator

HEADLESS_SECONDS = 20.0
_LOOK_SECONDS = 0.25
_COMMENTS = """
SELECT c.platform, count(*) AS comments, count(*) FILTER (WHERE c.verdict = 'claim') AS claims
FROM comments c WHERE c.workspace_id = $1 AND c.show_id = $2 GROUP BY 1 ORDER BY 1
"""


def simulate(simulator: Simulator, port: int | None, *, headless: bool) -> int:
    """Serve Dibs beside a simulated platform and sell on it; serves on until Ctrl-C. The exit status.

    `headless` ends by itself after twenty seconds of the sale, or as soon as every platform has brought claims and
    prints what came in.
    """
    settings = demo_settings(port)
    if settings.workers > 1:
        raise SettingsError("The demo runs in one process.")
    with demo_listener(settings, any_port=port is None) as listener:
        settings = attrs.evolve(settings, port=listener.getsockname()[1])
        return run_until_stopped(lambda stop: _whole(simulator, settings, listener, stop, headless=headless))


async def _whole(
    simulator: Simulator, settings: Settings, listener: socket.socket, stop: asyncio.Event, *, headless: bool
) -> int:
    from dibs.app import create_app  # noqa: PLC0415 - without a server no web framework is needed
    from dibs.server import serve_app  # noqa: PLC0415

    console = Console()
    _say(console, "Starting Dibs; the first time takes a few seconds…")
    running = await simulator.start("127.0.0.1", 0, settings.origin)
    closing = asyncio.Event()
    app = create_app(attrs.evolve(settings, plugins=_joined(settings.plugins, running.settings)))
    await app.runtime.start()
    serving = asyncio.create_task(serve_app(app, listener, closing))
    serving.add_done_callback(lambda _: stop.set())
    try:
        return await _sell(app, running, console, stop, headless=headless)
    finally:
        closing.set()
        await serving
        await running.close()


def _joined(own: Mapping[str, Mapping[str, Any]], simulated: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    return {name: {**own.get(name, {}), **simulated.get(name, {})} for name in (*own, *simulated)}


async def _sell(
    app: DibsQuart, running: RunningSimulator, console: Console, stop: asyncio.Event, *, headless: bool
) -> int:
    runtime = app.runtime
    user_id, workspace_id = await ensure_owner(runtime, *DEMO)
    async with new_session() as session:
        seller = Seller(Browser(runtime.settings.origin, session))
        await seller.sign_in(await runtime.accounts.create_sign_in_link(user_id, workspace_id, "/connections"))
        connections = await _connect(app, seller, workspace_id, console)
        answered = await seller.answer_buyers()
        await seller.end_shows()
        show_id = await seller.prepare_show()
        await running.go_live(runtime.settings.origin)
        heard = await seller.listen(show_id, connections)
        _say(console, f"Found the broadcasts on {' and '.join(heard)}; the show listens to them.")
        await seller.start(show_id)
        _say(console, f"The show has begun{', and buyers are answered' if answered else ''}.")
        if headless:
            return await _watch(app, workspace_id, show_id, heard, console, stop)
        page = f"/shows/{show_id}/console"
        token = await runtime.accounts.create_sign_in_link(user_id, workspace_id, page)
        _tell(console, runtime.settings, running, page, token)
        await stop.wait()
        return 0


async def _connect(app: DibsQuart, seller: Seller, workspace_id: UUID, console: Console) -> list[dict[str, Any]]:
    """Connect at the first platform that has a dialog; others are connected by it, or by their own."""
    found: list[dict[str, Any]] = []
    for platform in await app.runtime.platforms.all_of(workspace_id):
        there = {one["platform"] for one in found if one["status"] == "connected"}
        if platform.abilities.login and not platform.missing_settings() and platform.name not in there:
            found = await seller.connect(platform.name)
    names = ", ".join(f"{one['name']} ({one['platform']})" for one in found)
    _say(console, f"Agreed to the consent dialog; connected: {names}.")
    return [one for one in found if one["status"] == "connected"]


async def _watch(
    app: DibsQuart, workspace_id: UUID, show_id: str, heard: list[str], console: Console, stop: asyncio.Event
) -> int:
    """Wait until every platform has brought claims, then say what came in."""
    until, rows = monotonic() + HEADLESS_SECONDS, []
    while monotonic() < until and not stop.is_set():
        rows = [dict(row) for row in await app.runtime.db.hot_fetch(_COMMENTS, workspace_id, show_id)]
        claims = Counter({row["platform"]: row["claims"] for row in rows})
        if all(claims[platform] >= 3 for platform in heard):
            break
        await asyncio.sleep(_LOOK_SECONDS)
    table = Table("platform", "comments", "claims")
    for row in rows:
        table.add_row(row["platform"], f"{row['comments']:,}", f"{row['claims']:,}")
    console.print(table)
    return 0 if {row["platform"] for row in rows if row["claims"]} >= set(heard) else INTERRUPTED


def _tell(console: Console, settings: Settings, running: RunningSimulator, page: str, token: str) -> None:
    for words in (
        f"Console:      {settings.origin}{page}",
        f"Sign-in link: {settings.origin}/sign-in/{token}",
        f"Platform:     {running.address} (the audience, and everything that can go wrong there)",
        f"The link works once, for 15 minutes; `{another_link(settings)}` makes another.",
        "To click through the consent dialog yourself: Connections, Reconnect. Ctrl-C ends the demo.",
    ):
        _say(console, words)


def _say(console: Console, words: str) -> None:
    console.print(words, highlight=False, markup=False, soft_wrap=True)
