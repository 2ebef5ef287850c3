"""Killing whoever answers buyers: each private message arrives once, and no public one twice."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random

import pytest

from ..core.api.conftest import SignUp
from ..depth import often
from ..e2e import forking
from ..plugins.replies.bay import BayServer
from ..plugins.replies.conftest import app, bay, open_shop, sign_up

__all__ = ["app", "bay", "sign_up"]
KILLS = often(2, 8)
pytestmark = [pytest.mark.faults, pytest.mark.timeout(120 + 30 * KILLS)]


@asynccontextmanager
async def answering(url: str, address: str, folder: Path) -> AsyncIterator[forking.Forked]:
    """A process at work, killed at the end of the block."""
    program = str(Path(__file__).with_name("answering.py"))
    child = await forking.start(program, url, address, str(folder))
    assert child.stdout is not None
    try:
        async with asyncio.timeout(40):
            assert (await child.stdout.readline()).startswith(b"ready")
        yield child
    finally:
        if child.returncode is None:
            child.kill()
        await child.wait()


async def test_killed_while_sending_each_private_message_arrives_once(
    app: object, sign_up: SignUp, bay: BayServer, database_url: str, tmp_path: Path
) -> None:
    shop = await open_shop(app, await sign_up(), bay)  # type: ignore[arg-type]
    runtime = shop.app.runtime
    await runtime.relay.close()  # this process takes comments in, and nothing else
    await runtime.jobs.close()
    await shop.set(won="both", waitlist="both", pause_seconds=1)
    async with answering(database_url, bay.url, tmp_path), asyncio.timeout(60):
        while not await runtime.db.plain_fetch("SELECT 1 FROM relay_positions WHERE topic = '*'"):
            await asyncio.sleep(0.1)
    bay.slow, dice = 0.3, Random(7)
    said = 0
    for _ in range(KILLS):
        async with answering(database_url, bay.url, tmp_path):
            before = len(bay.said)
            for _ in range(3):
                said += 1
                await shop.say("sold 13", who=f"buyer{said}")
            async with asyncio.timeout(60):
                while len(bay.said) == before:
                    await asyncio.sleep(0.02)
            await asyncio.sleep(dice.random())
    bay.slow = 0.0
    async with answering(database_url, bay.url, tmp_path):
        found = await shop.settled(said * 2, seconds=90)
    private = [one["comment"] for one in bay.said if one["private"]]
    public = [one["comment"] for one in bay.said if not one["private"]]
    assert len(private) == len(set(private)) == said
    assert len(public) == len(set(public))
    states = {way: [one["state"] for one in found if one["way"] == way] for way in ("private", "public")}
    assert set(states["private"]) == {"sent"} and set(states["public"]) <= {"sent", "unknown"}
    assert states["public"].count("sent") <= len(public) <= said
