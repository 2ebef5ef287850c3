"""A replay that is killed, stopped, or not alone ends in the state of one that nothing happened to."""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import subprocess
import time
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from dibs.clock import utc_now
from dibs.db import Database
from dibs.models.comments import IncomingComment
from dibs.runtime import open_runtime
from dibs.settings import Settings
from dibs.testing.postgres import TestServer

from ...depth import often
from ...e2e import forking
from .conftest import DIBS, Dibs, Sale, environment, state, write_long_sale

_COUNT = "SELECT coalesce(sum(last_comment_no), 0) FROM shows"


async def start(sale: Sale, url: str, folder: Path, *more: str) -> forking.Forked:
    with (folder / "said").open("ab") as said:
        return await forking.start("dibs", *sale.arguments, *more, env=environment(url), cwd=folder, output=said)


@pytest.fixture(scope="module")
def undisturbed(pg_server: TestServer, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The outcome of one whole run, on a database of its own; the sale is the same in every test."""
    sale, url = write_long_sale(tmp_path_factory.mktemp("undisturbed")), asyncio.run(pg_server.clone())
    done = forking.run("dibs", *sale.arguments, "--json", env=environment(url))
    asyncio.run(pg_server.drop(url))
    found: dict[str, Any] = json.loads(done.stdout)
    assert found["comments"]["stored"] == 6_000
    return found


async def more_than(db: Database, comments: int, seconds: float = 20) -> None:
    """Wait until so many comments are committed."""
    deadline = time.monotonic() + seconds
    while (await db.hot_fetch(_COUNT))[0][0] <= comments:
        assert time.monotonic() < deadline, "the replay does not move"
        await asyncio.sleep(0.005)


@pytest.mark.faults
async def test_killed_at_random_instants_it_ends_as_if_nothing_had_happened(
    undisturbed: dict[str, Any], database_url: str, db: Database, dibs: Dibs, long_sale: Sale, tmp_path: Path
) -> None:
    seed = int(os.environ.get("DIBS_TEST_SEED", time.time()))
    print(f"seed {seed}")
    dice = random.Random(seed)
    stored = []
    for turn in range(often(5, 15)):
        before = (await db.hot_fetch(_COUNT))[0][0]
        process = await start(long_sale, database_url, tmp_path, "--speed", "200")
        if turn < 2:  # while it starts, and while the show is being made
            await asyncio.sleep(dice.uniform(0, 0.5))
        else:
            await more_than(db, before)
            await asyncio.sleep(dice.uniform(0, 0.12))
        process.kill()
        await process.wait()
        stored.append((await db.hot_fetch(_COUNT))[0][0])
    assert 0 < stored[-1] < 6_000
    found = json.loads((await asyncio.to_thread(dibs, *long_sale.arguments, "--json")).stdout)
    assert state(found) == state(undisturbed)
    assert found["comments"]["stored"] == 6_000 - stored[-1]
    assert (await db.hot_fetch("SELECT count(*) FROM shows"))[0][0] == 1


@pytest.mark.faults
async def test_ctrl_c_ends_after_what_is_on_its_way_and_says_how_to_go_on(
    undisturbed: dict[str, Any], database_url: str, db: Database, dibs: Dibs, long_sale: Sale, tmp_path: Path
) -> None:
    process = subprocess.Popen(
        [*DIBS, *long_sale.arguments, "--speed", "60"],
        env=environment(database_url),
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    await more_than(db, 100)
    process.send_signal(signal.SIGINT)
    out, err = await asyncio.to_thread(process.communicate, timeout=20)
    assert (process.returncode, out) == (130, "")
    assert "Run the same command again to go on." in err
    found = json.loads((await asyncio.to_thread(dibs, *long_sale.arguments, "--json")).stdout)
    assert found["comments"]["stored"] < 6_000
    assert state(found) == state(undisturbed)


@pytest.mark.race
async def test_a_show_that_another_process_owns_is_decided_there_in_the_same_order(
    undisturbed: dict[str, Any], database_url: str, db: Database, dibs: Dibs, long_sale: Sale, tmp_path: Path
) -> None:
    first = await start(long_sale, database_url, tmp_path, "--speed", "1")
    await more_than(db, 0)
    first.send_signal(signal.SIGTERM)
    await first.wait()
    row = (await db.hot_fetch("SELECT workspace_id, id FROM shows"))[0]
    workspace_id, show_id = UUID(str(row["workspace_id"])), UUID(str(row["id"]))
    settings = Settings(database_url=database_url, data_dir=tmp_path, bus="memory")
    async with open_runtime(settings) as owner:
        hello = IncomingComment("replay", "hello from here", utc_now(), "other:1")
        await owner.lanes.ingest(workspace_id, show_id, [hello])
        done = await asyncio.to_thread(dibs, *long_sale.arguments, "--json")
    assert "Another process owns this show" in done.stderr
    assert state(json.loads(done.stdout)) == state(undisturbed)
