"""Starting processes that work on one show, all at the same instant."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from typing import Any

import attrs

from ..core.lane.sale import Sale
from ..e2e import forking
from ..e2e.forking import Forked

# What the database itself refuses; a test that takes guards away takes these away too.
CONSTRAINTS = (
    "ALTER TABLE items DROP CONSTRAINT items_never_oversold",
    "ALTER TABLE comments DROP CONSTRAINT comments_once",
    "ALTER TABLE comments DROP CONSTRAINT comments_pkey",
    "DROP INDEX claims_once",
    "DROP INDEX claims_decided",
)


@attrs.define
class Child:
    """A process that waits for the word to go."""

    process: Forked

    async def go(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(b"go\n")
        await self.process.stdin.drain()

    async def done(self) -> dict[str, Any]:
        """What came of its work."""
        out, _ = await asyncio.wait_for(self.process.communicate(), 60)
        lines = [line for line in out.decode().splitlines() if line.startswith("{")]
        assert lines, f"the child ended with {self.process.returncode} and said: {out.decode()[-2000:]}"
        result: dict[str, Any] = json.loads(lines[-1])
        return result


async def start(sale: Sale, **job: Any) -> Child:
    """A child that is connected and waits.

    :param job: `comments` (batches of key, buyer, text, second), `window` (how many of them are under way at
        once), `commands` (kind, target, more), `actor` (who gives them), `pause` between them,
        `weak` (guards to take away), `warm` (key of a first comment, so that it begins with a board),
        `stop_before_write` (number of the write before which it stops itself).
    """
    told = {"url": sale.db.url, "workspace": str(sale.workspace_id), "show": str(sale.show_id), **job}
    process = await forking.start("tests.race.worker", json.dumps(told))
    assert process.stdout is not None
    async with asyncio.timeout(30):
        while (line := await process.stdout.readline()).strip() != b"ready":
            assert line, "the child ended before it was ready"
    return Child(process)


async def race(sale: Sale, *jobs: dict[str, Any]) -> list[dict[str, Any]]:
    """Run jobs in one process each, started together; what came of each."""
    children = await asyncio.gather(*(start(sale, **job) for job in jobs))
    await asyncio.gather(*(child.go() for child in children))
    return list(await asyncio.gather(*(child.done() for child in children)))


async def defenceless(sale: Sale, statements: Sequence[str] = CONSTRAINTS) -> None:
    """Take the constraints off this test's own database."""
    for statement in statements:
        await sale.db.hot_fetch(statement)
