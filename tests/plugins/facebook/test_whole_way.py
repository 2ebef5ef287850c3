"""From what viewers write on Facebook to who won, through the core, with the simulator's faults on the way."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from dibs.accounts.model import Registration
from dibs.ids import uuid7
from dibs.lane import commands
from dibs.models.items import NewItem
from dibs.models.platform import Account, Token
from dibs.runtime import Runtime
from dibs.settings import Settings
from dibs_meta_simulator.model.tokens import Death
from dibs_meta_simulator.serving import Running

from ...core.streams.conftest import QUICK, SECRET, Studio

VIEWERS, QUANTITY = 12, 3


@pytest.fixture
async def studio(meta: Running, database_url: str, tmp_path: Path) -> AsyncIterator[Studio]:
    """A process whose Facebook is the simulator, and a show with three of one item."""
    settings = Settings(database_url=database_url, data_dir=tmp_path, secret_key=SECRET, plugins=meta.settings)
    runtime = Runtime(settings)
    runtime.pace = QUICK
    await runtime.start()
    registration = Registration(email="ana@example.com", password="correct horse", name="Ana")
    user, workspace = await runtime.accounts.register(registration, "127.0.0.1")
    made = Studio(runtime, meta, workspace.id, user.id, uuid7(), uuid7())  # type: ignore[arg-type]
    made.show_id = await made.new_show()
    made.connection_id = await connect(made, meta)
    item = commands.add_items([NewItem("12", "", QUANTITY, None)])
    await runtime.lanes.command(workspace.id, made.show_id, item)
    yield made
    await made.assert_clean()
    await runtime.close()


async def connect(studio: Studio, meta: Running) -> Any:
    token = meta.world.tokens.quick_page(meta.seed.page, meta.seed.app).value
    account = Account("facebook", meta.seed.page.id, "Loja Demo", Token(token), meta.seed.user.id)
    return (await studio.runtime.connections.store(studio.workspace_id, studio.actor, account))[0]


async def winners(studio: Studio) -> list[str]:
    sql = """SELECT b.handle FROM claims c JOIN buyers b ON b.workspace_id = c.workspace_id AND b.id = c.buyer_id
        WHERE c.workspace_id = $1 AND c.show_id = $2 AND c.status = 'winner' ORDER BY c.posted_at, b.handle"""
    return [row["handle"] for row in await studio.runtime.db.hot_fetch(sql, studio.workspace_id, studio.show_id)]


FAULTS: list[dict[str, Any]] = [
    {},
    {"error": {"code": 2, "share": 0.3}},
    {"reset": {"share": 0.2}, "html": {"status": 502, "share": 0.2}},
    {
        "stale_cursors": {"mode": "restart"},
        "empty_pages": {"share": 0.4},
        "shuffled_ties": {},
        "reduce_data": {"limit": 60},
    },
    {"video_id_only": {}, "since_exclusive": {}, "hidden_comments": {"share": 0.5}, "live_now_status": {}},
]


@pytest.mark.parametrize("faults", FAULTS, ids=lambda faults: "-".join(faults) or "none")
async def test_the_first_to_write_win(studio: Studio, meta: Running, faults: dict[str, dict[str, Any]]) -> None:
    live = meta.world.lives.start(meta.seed.page.id)
    await studio.add(where=f"https://www.facebook.com/lojademo/videos/{live.video_id}/")
    await studio.run()
    await studio.until(lambda row: row.state == "listening")
    for name, how in faults.items():
        meta.world.faults.set(name, **how)
    now = meta.world.clock.now()
    for number in range(VIEWERS):
        meta.world.lives.comment(live.id, f"Viewer {number:02}", "sold 12", at=now + number)
    assert len(await studio.heard(VIEWERS)) == VIEWERS
    assert await winners(studio) == [f"Viewer {number:02}" for number in range(QUANTITY)]
    meta.world.faults.clear()
    meta.world.lives.end(live.id)


async def test_a_token_that_dies_is_replaced_and_nothing_is_missing(studio: Studio, meta: Running) -> None:
    live = meta.world.lives.start(meta.seed.page.id)
    await studio.add(where=live.id)
    await studio.run()
    meta.world.lives.comment(live.id, "Viewer 00", "sold 12")
    await studio.heard(1)
    meta.world.tokens.kill(meta.seed.user.id, Death.PASSWORD)
    row = await studio.until(lambda row: row.state not in ("listening", "idle"))
    assert row.state != "ended"
    for number in range(1, 5):
        meta.world.lives.comment(live.id, f"Viewer {number:02}", "sold 12")
    await connect(studio, meta)
    assert len(await studio.heard(5)) == 5
    assert len(await winners(studio)) == QUANTITY
