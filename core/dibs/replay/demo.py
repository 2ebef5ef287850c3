"""The demo: a bundled sale, replayed into a fresh show, with a console to watch it in."""

from __future__ import annotations

import asyncio
import errno
import os
import shlex
import socket
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
from rich.console import Console

from dibs.clock import monotonic, utc_now
from dibs.demo_data import demo_items_path, demo_recording_path, demo_show
from dibs.errors import SettingsError
from dibs.ids import uuid7
from dibs.models.comments import IncomingComment
from dibs.replay.demo_shop import kept_shop
from dibs.replay.loop import INTERRUPTED, command_settings, run_until_stopped
from dibs.replay.outcome import Outcome
from dibs.replay.plan import ReplayPlan, read_plan
from dibs.replay.report import print_outcome
from dibs.replay.run import replay
from dibs.replay.screen import Screen
from dibs.replay.setup import DEMO, Prepared, ensure_owner, make_show
from dibs.runtime import open_runtime
from dibs.server import listen
from dibs.settings import Settings
from dibs.shows.service import Shows

if TYPE_CHECKING:
    from uuid import UUID

    from dibs.runtime import Runtime
    from dibs.simulation.shopkeeper import Shopkeeper

START_SECONDS = 30.0
FOLDER = Path("dibs-demo")
_PORTS = 100
_UNITS_SECONDS = 0.5
_LOOK_SECONDS = 0.1


def demo_headless(speed: float) -> int:
    """Replay the demo without a server and print the outcome; the exit status."""
    settings, console = demo_settings(), Console()

    async def main(stop: asyncio.Event) -> Outcome:
        async with open_runtime(settings) as runtime:
            _, show, plan = await _set_up(runtime)
            return await _replay(runtime, plan, show, speed, stop)

    outcome = run_until_stopped(main)
    print_outcome(console, outcome)
    return 0 if outcome.comments["received"] == len(read_demo().recording.comments) else INTERRUPTED


def demo_served(speed: float, port: int | None) -> int:
    """Serve the console and replay the demo; serves on until Ctrl-C. The exit status."""
    settings = demo_settings(port)
    listener = demo_listener(settings, any_port=port is None)
    with listener:
        settings = attrs.evolve(settings, port=listener.getsockname()[1])
        return run_until_stopped(lambda stop: _serve(settings, listener, speed, stop))


def read_demo(now: datetime | None = None) -> ReplayPlan:
    """The bundled sale as a plan."""
    show = demo_show()
    rules = {name: value for name, value in attrs.asdict(show).items() if name != "title"}
    plan = read_plan(demo_recording_path(), demo_items_path(), rules)
    started = (now or utc_now()).astimezone()
    return attrs.evolve(plan, title=f"Demo: {show.title} {started:%H:%M:%S}")


def demo_settings(port: int | None = None) -> Settings:
    """With a folder of the demo's own unless one is named: its user must not be the first account of a real shop."""
    settings = command_settings(port=port, workers=1)
    named = settings.data_dir != Settings().data_dir or "DIBS_DATA_DIR" in os.environ
    return settings if named or settings.database_url else attrs.evolve(settings, data_dir=FOLDER)


async def _serve(settings: Settings, listener: socket.socket, speed: float, stop: asyncio.Event) -> int:
    from dibs.app import create_app  # noqa: PLC0415 - without a server no web framework is needed
    from dibs.server import serve_app  # noqa: PLC0415

    console = Console()
    console.print("Starting Dibs; the first time takes a few seconds…", highlight=False)
    app = create_app(settings)
    await app.runtime.start()
    user_id, show, plan = await _set_up(app.runtime)
    page = f"/shows/{show.show_id}/console"
    closing = asyncio.Event()
    serving = asyncio.create_task(serve_app(app, listener, closing))
    serving.add_done_callback(lambda _: stop.set())
    try:
        token = await app.runtime.accounts.create_sign_in_link(user_id, show.workspace_id, page)
        _tell(console, settings, page, token)
        async with kept_shop(app.runtime, user_id, show.workspace_id) as keeper:
            _tell_places(console, settings.origin, keeper)
            await _play(app.runtime, plan, show, speed, stop, console, keeper)
            await stop.wait()
    finally:  # the sale ends before the server does: what is on its way is committed
        closing.set()
        await serving
    return 0


def _tell(console: Console, settings: Settings, page: str, token: str) -> None:
    for words in (
        f"Console:      {settings.origin}{page}",
        f"Sign-in link: {settings.origin}/sign-in/{token}",
        f"The link works once, for 15 minutes; `{another_link(settings)}` makes another.",
        f"The sale begins when you open the link, or in {START_SECONDS:.0f} seconds. Ctrl-C ends the demo.",
        "After that, `dibs serve` opens a shop of your own; nothing of the demo is in it.",
    ):
        _say(console, words)


def _tell_places(console: Console, origin: str, keeper: Shopkeeper) -> None:
    """Where the sale goes on after the claim: what of it is switched on, and what went wrong."""
    if keeper.session:
        _say(console, f"Live session: {origin}{keeper.session} (all of them: {origin}/live)")
    if keeper.phone:
        _say(console, f"Its customer: {keeper.phone}")
        _say(console, "              (works once; open it in a private window, or in another browser)")
    _say(console, f"Orders:       {origin}/orders")
    for remark in keeper.remarks:
        _say(console, f"The demo's shop lacks something: {remark}")


def _say(console: Console, words: str) -> None:
    console.print(words, highlight=False, markup=False, soft_wrap=True)


def another_link(settings: Settings) -> str:
    """The command, with the options that lead to this demo and not to another one."""
    defaults = Settings()
    port = f" --port {settings.port}" if settings.port != defaults.port else ""
    folder = f" --data-dir {shlex.quote(str(settings.data_dir))}" if settings.data_dir != defaults.data_dir else ""
    return f"dibs user link {DEMO[0]}{port}{folder}"


async def _play(
    runtime: Runtime,
    plan: ReplayPlan,
    show: Prepared,
    speed: float,
    stop: asyncio.Event,
    console: Console,
    keeper: Shopkeeper,
) -> None:
    """Wait for somebody to watch, replay, say how it ended, and order for the winner who is a customer."""
    await _first_viewer(runtime, stop)
    if stop.is_set():
        return
    plan = _as_of_now(plan, speed)
    outcome = await _replay(runtime, plan, show, 1.0 if speed else 0.0, stop)
    if stop.is_set():
        return
    await keeper.after_sale(str(show.show_id))
    print_outcome(console, outcome)
    _say(console, "The sale is over; the console stays open until Ctrl-C.")


async def _first_viewer(runtime: Runtime, stop: asyncio.Event) -> None:
    began = monotonic()
    while not runtime.hub.subscribers and not stop.is_set():
        if monotonic() - began > START_SECONDS:
            return
        await asyncio.sleep(_LOOK_SECONDS)


async def _replay(runtime: Runtime, plan: ReplayPlan, show: Prepared, speed: float, stop: asyncio.Event) -> Outcome:
    with Screen(Console(stderr=True), len(plan.recording.comments), "The sale") as screen:
        units = asyncio.create_task(_tell_units(runtime, show, screen))
        try:
            return await replay(runtime, plan, show, speed, screen, stop)
        finally:
            units.cancel()
            with suppress(asyncio.CancelledError):
                await units


async def _tell_units(runtime: Runtime, show: Prepared, screen: Screen) -> None:
    while True:
        await asyncio.sleep(_UNITS_SECONDS)
        items = await Shows(runtime.db).items(show.workspace_id, show.show_id)
        screen.note(f"{_sum(items, 'claimed_count'):,} of {_sum(items, 'total_quantity'):,} units won")


def _sum(items: Sequence[dict[str, Any]], column: str) -> int:
    return sum(item[column] for item in items)


async def _set_up(runtime: Runtime) -> tuple[UUID, Prepared, ReplayPlan]:
    """A show of its own for each run, so that the console always starts with an empty one."""
    plan = await asyncio.to_thread(read_demo)
    user_id, workspace_id = await ensure_owner(runtime, *DEMO)
    return user_id, await make_show(runtime, plan, workspace_id, uuid7()), plan


def _as_of_now(plan: ReplayPlan, speed: float) -> ReplayPlan:
    """The sale as if it happened now, and so fast: the times in the console are those on the wall.

    The order stays the same. Without a speed the times stay too.
    """
    if speed <= 0:
        return plan
    comments, now = plan.recording.comments, utc_now()
    first = comments[0].posted_at
    moved = tuple(_moved(comment, now + (comment.posted_at - first) / speed) for comment in comments)
    return attrs.evolve(plan, recording=attrs.evolve(plan.recording, comments=moved))


def _moved(comment: IncomingComment, posted_at: datetime) -> IncomingComment:
    return attrs.evolve(comment, posted_at=posted_at)


def demo_listener(settings: Settings, *, any_port: bool) -> socket.socket:
    """The port of the settings, or the next free one unless it was asked for."""
    for port in range(settings.port, min(settings.port + _PORTS, 65536)):
        try:
            return listen(settings.host, port)
        except SettingsError as error:
            taken = isinstance(error.__cause__, OSError) and error.__cause__.errno == errno.EADDRINUSE
            if not taken or not any_port:
                raise
    raise SettingsError(f"No port from {settings.port} on is free on {settings.host}.")
