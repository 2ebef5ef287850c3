"""`dibs stock audit` on the command line, as a process of its own."""

from __future__ import annotations

import asyncio
import json
import os
import sys

from .shop import Shop

CLI = "from dibs.cli import main; main()"


async def stock_audit(shop: Shop, *options: str) -> tuple[int | None, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", CLI, "stock", "audit", *options,
        env={**os.environ, "DATABASE_URL": shop.db.url, "COLUMNS": "200"},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    out, _ = await process.communicate()
    return process.returncode, out.decode()


async def test_it_says_that_everything_adds_up(shop: Shop) -> None:
    await shop.batch(5)
    assert await stock_audit(shop) == (0, "1 batch adds up.\n")


async def test_it_names_the_batch_and_ends_with_status_1(shop: Shop) -> None:
    batch = await shop.batch(5)
    await shop.db.hot_fetch("UPDATE batches SET on_hand = 6")
    status, out = await stock_audit(shop, "--json", "--workspace", str(shop.workspace_id))
    found = json.loads(out)
    assert (status, found["ok"], found["batches"]) == (1, False, 1)
    assert found["broken"][0]["batch_id"] == str(batch)
    assert found["broken"][0]["problems"] == ["on hand is 6, the movements make it 5"]
    assert "Dress · A1" in (await stock_audit(shop))[1]
    await shop.db.hot_fetch("UPDATE batches SET on_hand = 5")
